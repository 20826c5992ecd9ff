#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ducksnest::sim {

/// "This must happen in some seed": counters that prove which branches and faults a campaign really
/// exercised. A simulation that never sees a thing says nothing about it.
enum class Mark : std::uint8_t {
    machine_lost_power,
    machine_lost_power_while_booting,
    site_lost_power,
    site_isolated,
    machine_returned,
    node_unreachable,
    node_recovered,
    api_unavailable,
    leader_changed,
    zone_fully_disrupted,
    zone_partially_disrupted,
    all_zones_disrupted,
    left_all_zones_disrupted,
    taint_held_back,
    eviction_cancelled,
    pod_evicted,
    pod_replaced,
    pod_unschedulable,
    exclusive_pod_stuck,
    old_pod_removed,
    database_promoted,
    database_demoted,
    database_sync_changed,
    count,
};

inline constexpr std::size_t mark_count = static_cast<std::size_t>(Mark::count);

/// "machine lost power while booting".
std::string_view to_string(Mark mark);

using MarkCounts = std::array<std::uint64_t, mark_count>;

} // namespace ducksnest::sim
