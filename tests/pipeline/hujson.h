#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace ducksnest::testing {

/// HuJSON (https://github.com/tailscale/hujson) as plain JSON: comments become blanks and a comma
/// before a closing bracket goes; everything else stays where it is. What is left must be JSON
/// (RFC 8259), or HuJSON it was not: the caller's parser says so.
Result<std::string> plain_json(std::string_view hujson);

} // namespace ducksnest::testing
