#pragma once

#include "base/time.h"
#include "cache/generation.h"
#include "cache/inventory.h"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace ducksnest::cache {

/// When each archive was first seen without a narinfo, by key.
using Orphans = std::map<std::string, Instant>;

struct GcInput {
    const Inventory& inventory;
    std::span<const Generation> generations{}; ///< Of all nodes.
    const std::set<std::string>& marked;       ///< Store hashes that pushes need.
    const Orphans& orphans;                    ///< From earlier collections.
    Instant now{};
    std::size_t keep = 5; ///< Generations per node.
    /// How long an archive outlives its narinfo: clients remember narinfos for so long.
    Duration grace{};
};

/// What a garbage collection removes.
struct GcPlan {
    std::vector<Generation> generations{}; ///< No longer kept.
    /// Store hashes in waves: whoever refers to something goes in an earlier wave than it.
    std::vector<std::vector<std::string>> narinfos{};
    std::vector<std::string> nars{}; ///< Keys, orphans for longer than the grace.
    Orphans orphans{};               ///< What is left of them, and those that are new.
    std::uint64_t nar_bytes = 0;     ///< Of the archives removed.
    std::uint64_t orphan_bytes = 0;  ///< Of those that wait.
};

/// Decides without touching anything. A path stays while a kept generation or a push leads to it.
GcPlan plan_gc(const GcInput& input);

} // namespace ducksnest::cache
