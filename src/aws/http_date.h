#pragma once

#include "base/time.h"

#include <optional>
#include <string_view>

namespace ducksnest::aws {

/// "Sat, 21 Nov 2026 14:38:00 GMT" (RFC 9110 section 5.6.7, its one form that is still written), or
/// nothing.
std::optional<Instant> parse_http_date(std::string_view text);

/// "2026-11-21T14:38:00.000Z" as S3 lists it, or nothing. Fractions of a second are dropped.
std::optional<Instant> parse_listed_date(std::string_view text);

} // namespace ducksnest::aws
