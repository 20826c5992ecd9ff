#pragma once

#include "ports/parallel.h"
#include "ports/progress.h"
#include "sim/checker.h"
#include "sim/scenario.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ducksnest::sim {

/// After the last fault everything must be Ready and running again within this.
inline constexpr Duration liveness_bound = std::chrono::minutes(30);

/// How one seed went. Its first violation ends a run.
struct SeedOutcome {
    std::uint64_t seed = 0;
    std::uint64_t digest = 0;
    std::uint64_t events = 0;
    Duration simulated{};
    Duration recovery{}; ///< From the last step of the script to all well.
    std::optional<Violation> violation{};
    MarkCounts marks{};
    Script script{}; ///< What happened to the homelab; only with Keep::everything.
    std::vector<Happening> timeline{}; ///< And what it did; only with Keep::everything.
};

/// What of a run outlives it.
enum class Keep : std::uint8_t { numbers, everything };

/// Makes the PKI that a run's machines see; called once per run, from several threads.
using TrustFactory = std::function<std::unique_ptr<Trust>()>;

struct CampaignOptions {
    std::uint64_t first_seed = 1;
    std::uint64_t seeds = 1;
    Instant start{};
    /// Every so many seeds are run a second time and must give the same digest; 0 is never.
    std::uint64_t repeat_every = 64;
};

/// What many seeds showed, folded in the order of the seeds.
struct CampaignReport {
    std::uint64_t seeds = 0;
    std::uint64_t failed = 0;
    std::uint64_t repeated = 0; ///< How many were run twice.
    std::uint64_t events = 0;
    std::uint64_t digest = 0; ///< Over the digests of all seeds.
    Duration simulated{};
    Duration slowest_recovery{};
    std::uint64_t slowest_seed = 0;
    MarkCounts marks{};
    std::vector<SeedOutcome> failures{}; ///< The first ten.
};

/// Runs one seed through safety (faults, every invariant after every event) and liveness (no more
/// faults: all well within the bound).
SeedOutcome run_seed(
    const Blueprint& blueprint,
    Trust& trust,
    const Scenario& scenario,
    const WorldOptions& options,
    Keep keep = Keep::numbers
);

/// Runs many seeds on all threads. The report depends on the seeds alone, not on their order.
CampaignReport run_campaign(
    const Blueprint& blueprint,
    const Scenario& scenario,
    const CampaignOptions& options,
    const TrustFactory& make_trust,
    Parallel& parallel,
    Progress& progress
);

} // namespace ducksnest::sim
