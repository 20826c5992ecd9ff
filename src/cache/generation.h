#pragma once

#include "base/result.h"
#include "base/time.h"
#include "cache/store_path.h"
#include "ports/object_store.h"

#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::cache {

/// Where ducksnest keeps what plain Nix does not know of.
inline constexpr std::string_view generations_prefix = "ducksnest/generations/";

/// A system that was pushed for a node: what the garbage collection starts from.
struct Generation {
    std::string node{};
    StorePath path;
    Instant time{};

    bool operator==(const Generation&) const = default;
};

/// "ducksnest/generations/NODE/2026-11-21T09:30:00Z-HASH": sorted by age below each node.
std::string generation_key(const Generation& generation);
/// Records it; the same path again becomes the newest.
Result<void> record_generation(ObjectStore& store, const Generation& generation);
/// All of them by node, oldest first.
Result<std::vector<Generation>> read_generations(ObjectStore& store);

} // namespace ducksnest::cache
