#pragma once

#include "sim/blueprint.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::sim {

/// What the world does to the homelab.
enum class Action : std::uint8_t {
    kill,      ///< A machine loses power.
    return_,   ///< It gets power back and boots.
    kill_site, ///< Every machine of a site loses power.
    return_site,
    isolate, ///< A site's link to all others is cut; its machines live on.
    rejoin,
};

/// A year of simulated time is a minute of real time: longer runs are mistakes.
inline constexpr Duration longest_run = std::chrono::days(3'650);

struct Step {
    Duration at{}; ///< Since the start.
    Action action = Action::kill;
    std::uint32_t target = 0; ///< A node, or a site for the actions on sites.
};

/// Sorted by time; steps of the same moment happen in the order of the list.
using Script = std::vector<Step>;

bool is_about_site(Action action);
/// "kill", "return", "kill-site", "return-site", "isolate", "rejoin".
std::string_view to_string(Action action);
/// "kill firebat@10m".
std::string describe(const Step& step, const Blueprint& blueprint);

} // namespace ducksnest::sim
