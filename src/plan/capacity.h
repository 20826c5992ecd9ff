#pragma once

#include "model/homelab.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::plan {

/// How much a machine can be asked for. Decides reserves, eviction thresholds, limits and taints.
enum class MemoryClass : std::uint8_t {
    small,  ///< Below 3 GiB.
    medium, ///< Below 7.5 GiB.
    large,
};

MemoryClass memory_class_of(model::Mebibytes memory);
/// "small", "medium", "large".
std::string_view to_string(MemoryClass memory_class);

/// Part of a machine that pods never get.
struct Reserve {
    std::string name{}; ///< "system", "kubernetes", "control plane", "eviction", "calico-node", …
    model::Mebibytes memory = 0;
    std::int64_t millicpus = 0;
    std::string what{}; ///< What runs there.
    bool is_daemon =
        false; ///< A DaemonSet's pod: it asks for this by itself, the kubelet keeps nothing back.

    bool operator==(const Reserve&) const = default;
};

/// What decides a machine's reserves. Only the class of its memory counts, so that machines of one
/// class share their configuration.
struct MachineUse {
    MemoryClass memory_class = MemoryClass::large;
    model::Role role = model::Role::worker;
    bool api_balancer = false;
    bool log_agent = false;
};

/// In a fixed order: system, kubernetes, control plane, eviction, then one per DaemonSet.
std::vector<Reserve> reserves_of(const MachineUse& use);

struct Capacity {
    model::Mebibytes memory = 0;
    std::int64_t millicpus = 0;

    bool operator==(const Capacity&) const = default;
};

/// What is left of a machine for pods; never negative.
Capacity allocatable(Capacity machine, const std::vector<Reserve>& reserves);

/// "4096 - 320 system - 288 kubernetes = 3488 MiB".
std::string memory_arithmetic(model::Mebibytes memory, const std::vector<Reserve>& reserves);

} // namespace ducksnest::plan
