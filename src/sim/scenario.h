#pragma once

#include "diag/diagnostic.h"
#include "sim/canary.h"
#include "sim/script.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ducksnest::sim {

/// A run that is written down: what happens, how long it lasts, and whether a bug is planted.
struct Scenario {
    std::string name{};
    std::string why{}; ///< One sentence.
    Duration length = std::chrono::hours(6);
    Canary canary = Canary::none;
    bool draws_faults = true; ///< Each seed also draws faults of its own.
    Script script{};
};

/// What a scenario file says, and everything wrong with it, sorted by place.
struct LoadedScenario {
    std::optional<Scenario> scenario{}; ///< Absent when there are diagnostics.
    std::vector<diag::Diagnostic> diagnostics{};
};

/// Reads a scenario file:
///
///     why = "the house goes dark for an hour"
///     for = "2h"
///     faults = "none"                # or "drawn", the default
///     canary = "ignore-taints"       # tests of the checkers only
///     [[events]]
///     at = "10m"
///     kill = "firebat"               # or return; kill-site, return-site, isolate, rejoin = "home"
LoadedScenario
load_scenario(const diag::Sources& sources, std::uint32_t file, const Blueprint& blueprint);

/// Faults drawn from a seed for a run of this length: which machines, sites or links fail, when,
/// for how long, and how often. Everything has power and is connected again before the end.
Script draw_faults(const Blueprint& blueprint, std::uint64_t seed, Duration length);

/// Two scripts as one, sorted by time.
Script merge_scripts(Script first, const Script& second);

} // namespace ducksnest::sim
