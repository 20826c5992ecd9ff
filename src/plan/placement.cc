#include "plan/placement.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace ducksnest::plan {
namespace {

bool tolerates(const Workload& workload, const Slot& slot) {
    return std::ranges::all_of(slot.taints, [&](std::string_view taint) {
        return std::ranges::find(workload.tolerations, taint) != workload.tolerations.end();
    });
}

bool has_room(const Workload& workload, const Slot& slot) {
    return slot.free.memory >= workload.memory && slot.free.millicpus >= workload.cpu_millis;
}

void take(const Workload& workload, Slot& slot) {
    slot.free.memory -= workload.memory;
    slot.free.millicpus -= workload.cpu_millis;
}

bool place_pinned(const Workload& workload, std::vector<Slot>& slots) {
    bool all_fit = true;
    for (const std::string& node : workload.pinned) {
        const auto slot = std::ranges::find(slots, node, &Slot::node);
        if (slot == slots.end()) {
            continue;
        }
        all_fit = all_fit && fits(workload, *slot);
        take(workload, *slot);
    }
    return all_fit;
}

/// Replicas are alike, so a slot that refused one refuses the next: one pass serves all of them.
bool place_free(const Workload& workload, std::vector<Slot>& slots) {
    std::int64_t left = workload.replicas;
    for (Slot& slot : slots) {
        if (left == 0) {
            break;
        }
        if (!tolerates(workload, slot)) {
            continue;
        }
        while (left > 0 && has_room(workload, slot)) {
            take(workload, slot);
            --left;
            if (workload.anti_affinity) {
                break;
            }
        }
    }
    return left == 0;
}

} // namespace

bool fits(const Workload& workload, const Slot& slot) {
    return has_room(workload, slot) && tolerates(workload, slot);
}

std::vector<std::size_t> place(const std::vector<Workload>& workloads, std::vector<Slot> slots) {
    std::vector<std::size_t> order(workloads.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t index) {
        const Workload& workload = workloads[index];
        return std::tuple(workload.pinned.empty(), -workload.memory, -workload.cpu_millis);
    });
    std::vector<std::size_t> left_over;
    for (const std::size_t index : order) {
        const Workload& workload = workloads[index];
        const bool all_fit =
            workload.pinned.empty() ? place_free(workload, slots) : place_pinned(workload, slots);
        if (!all_fit) {
            left_over.push_back(index);
        }
    }
    std::ranges::sort(left_over);
    return left_over;
}

} // namespace ducksnest::plan
