#pragma once

#include <string_view>

namespace ducksnest::model {

/// Whether a name matches a pattern of literal characters, `*` (any run) and `?` (any one).
bool matches_glob(std::string_view pattern, std::string_view name);

} // namespace ducksnest::model
