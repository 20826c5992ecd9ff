#pragma once

#include "base/result.h"

#include <chrono>
#include <string>
#include <string_view>

namespace ducksnest {

/// Time in the core is a value that somebody hands in: milliseconds are enough for a homelab.
using Duration = std::chrono::milliseconds;
using Instant = std::chrono::sys_time<Duration>;

/// RFC 3339 in UTC with second precision: "2026-11-21T09:30:00Z".
std::string format_time(Instant time);
/// Accepts what `format_time` writes.
Result<Instant> parse_time(std::string_view text);

/// For people and for homelab.toml: "90s", "10m", "2h", "1d12h", "250ms". Zero is "0s".
std::string format_duration(Duration duration);
/// Units ms, s, m, h, d, in that falling order when combined; no signs, no fractions, no spaces.
Result<Duration> parse_duration(std::string_view text);

} // namespace ducksnest
