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

    bool operator==(const Reserve&) const = default;
};

/// What decides a machine's reserves.
struct MachineUse {
    model::Mebibytes memory = 0;
    std::int64_t cpus = 0;
    model::Role role = model::Role::worker;
    bool api_balancer = false;
    bool log_agent = false;
};

/// In a fixed order: system, kubernetes, control plane, eviction, then one per DaemonSet.
std::vector<Reserve> reserves_of(const MachineUse& use);

/// What is left for pods; never negative.
struct Capacity {
    model::Mebibytes memory = 0;
    std::int64_t millicpus = 0;

    bool operator==(const Capacity&) const = default;
};
Capacity allocatable(const MachineUse& use, const std::vector<Reserve>& reserves);

/// "4096 - 320 system - 288 kubernetes = 3488 MiB".
std::string memory_arithmetic(const MachineUse& use, const std::vector<Reserve>& reserves);

} // namespace ducksnest::plan
