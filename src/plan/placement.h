#pragma once

#include "plan/capacity.h"
#include "plan/plan.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::plan {

/// Room on one machine, for working out whether pods would fit.
struct Slot {
    std::string_view node{};
    std::string_view site{};
    Capacity free{};
    std::vector<std::string_view> taints{}; ///< Keys.
};

/// Whether a pod of this workload may stand there and finds room.
bool fits(const Workload& workload, const Slot& slot);

/// Places every replica, pinned ones first and then the largest, each on the first slot with room,
/// as a scheduler could; takes the room away. Returns the workloads with a replica left over, as
/// indexes into `workloads`, ascending. A replica pinned to a node that is not among the slots has
/// gone with it and asks for nothing.
std::vector<std::size_t> place(const std::vector<Workload>& workloads, std::vector<Slot> slots);

} // namespace ducksnest::plan
