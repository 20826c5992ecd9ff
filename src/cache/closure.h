#pragma once

#include "base/json.h"
#include "base/result.h"
#include "ports/nix_store.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::cache {

using PathFinder = std::function<Result<std::optional<PathRecord>>(const std::string& path)>;

/// The paths and everything they refer to, references before referrers. `not_found` names a path
/// that is not valid, and who refers to it.
Result<std::vector<PathRecord>>
closure_of(std::span<const std::string> paths, const PathFinder& find);

/// What `nix path-info --json` prints, of any version: a list, or an object by path.
Result<std::vector<PathRecord>> parse_path_info(std::string_view text);

} // namespace ducksnest::cache
