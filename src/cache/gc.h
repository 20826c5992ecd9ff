#pragma once

#include "base/result.h"
#include "cache/gc_plan.h"
#include "cache/lease.h"
#include "ports/object_store.h"
#include "ports/parallel.h"

#include <cstddef>

namespace ducksnest::cache {

struct GcOptions {
    std::size_t keep = 5;
    /// Nix believes a narinfo it has seen for 30 days (nix.conf: narinfo-cache-positive-ttl).
    Duration grace = Duration(std::int64_t{30} * 86'400'000);
    bool dry_run = false;
};

/// Removes what no kept generation and no push in progress leads to: narinfos at once, referrers
/// before what they refer to, archives after the grace. The answer is what was removed, or would
/// be. Ended at any moment, it leaves a cache that is whole.
///
/// Errors: `conflict` when another collection is at work, `not_found` when no generation was ever
/// recorded, `corrupt` when a narinfo cannot be read, `aborted` when it takes too long; those of
/// the store.
Result<GcPlan> collect_garbage(LeaseDoors doors, Parallel& threads, const GcOptions& options);

} // namespace ducksnest::cache
