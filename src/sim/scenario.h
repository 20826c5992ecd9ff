#pragma once

#include "sim/canary.h"
#include "sim/script.h"

#include <string>
#include <string_view>

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

/// A scenario file:
///
///     why = "the house goes dark for an hour"
///     for = "2h"
///     faults = "none"                # or "drawn", the default
///     canary = "ignore-taints"       # tests of the checkers only
///     [[events]]
///     at = "10m"
///     kill = "firebat"               # or return; kill-site, return-site, isolate, rejoin = "home"
///
/// The first mistake is reported with file, line, column, cause and help.
Result<Scenario>
parse_scenario(std::string_view text, std::string_view file_name, const Blueprint& blueprint);

/// Faults drawn from a seed for a run of this length: which machines, sites or links fail, when,
/// for how long, and how often. Everything has power and is connected again before the end.
Script draw_faults(const Blueprint& blueprint, std::uint64_t seed, Duration length);

/// Two scripts as one, sorted by time.
Script merge_scripts(Script first, const Script& second);

} // namespace ducksnest::sim
