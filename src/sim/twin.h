#pragma once

#include "sim/report.h"

#include <functional>

namespace ducksnest::sim {

struct TwinOptions {
    Script script{};
    /// How long to run; absent: until everything is Ready, and after a script until its
    /// consequences are over.
    std::optional<Duration> length{};
    std::uint64_t seed = 1;
    Instant start{};
};

/// Everything must be Ready within this, or something is wrong with the homelab.
inline constexpr Duration ready_deadline = std::chrono::minutes(15);
/// What an outage needs to run its course: detection, toleration, eviction, new pods.
inline constexpr Duration settle_time = std::chrono::minutes(15);

/// Hears every happening at the moment it is told, with the number of Ready nodes.
using Listener = std::function<void(const Happening&, std::size_t ready_nodes)>;

/// Brings the homelab up from cold, plays the script and reports. The script has been checked
/// against the blueprint.
TwinReport run_twin(
    const plan::Plan& plan,
    const Blueprint& blueprint,
    Trust& trust,
    const TwinOptions& options,
    const Listener& listener
);

} // namespace ducksnest::sim
