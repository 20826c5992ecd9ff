#include "plan/capacity.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::plan {
namespace {

/// MiB by memory class: what these processes hold when the machine is busy, rounded up. A reserve
/// that is too small ends in the kernel's OOM killer, one that is too large only costs a pod.
struct ClassReserves {
    model::Mebibytes system = 0;
    model::Mebibytes kubernetes = 0;
    model::Mebibytes eviction = 0;
    model::Mebibytes calico = 0;
    model::Mebibytes log_agent = 0;
};

ClassReserves class_reserves(MemoryClass memory_class) {
    switch (memory_class) {
    case MemoryClass::small:
        return {.system = 224, .kubernetes = 224, .eviction = 100, .calico = 128, .log_agent = 48};
    case MemoryClass::medium:
        return {.system = 320, .kubernetes = 288, .eviction = 150, .calico = 160, .log_agent = 64};
    case MemoryClass::large:
        return {.system = 512, .kubernetes = 512, .eviction = 256, .calico = 192, .log_agent = 96};
    }
    return {};
}

} // namespace

MemoryClass memory_class_of(model::Mebibytes memory) {
    constexpr model::Mebibytes gibibyte = 1024;
    if (memory < 3 * gibibyte) {
        return MemoryClass::small;
    }
    // A machine sold with 8 GiB shows a little less: firmware and graphics take their part.
    return memory < 8 * gibibyte - gibibyte / 2 ? MemoryClass::medium : MemoryClass::large;
}

std::string_view to_string(MemoryClass memory_class) {
    switch (memory_class) {
    case MemoryClass::small:
        return "small";
    case MemoryClass::medium:
        return "medium";
    case MemoryClass::large:
        return "large";
    }
    return "";
}

std::vector<Reserve> reserves_of(const MachineUse& use) {
    const ClassReserves sizes = class_reserves(memory_class_of(use.memory));
    std::vector<Reserve> reserves{
        {"system", sizes.system, 100, "kernel, systemd, sshd, tailscaled, fence"},
        {"kubernetes", sizes.kubernetes, 100, "containerd, kubelet, kube-proxy"},
    };
    if (use.role == model::Role::control_plane) {
        reserves.push_back(
            {"control plane",
             1152,
             500,
             "etcd, kube-apiserver, kube-controller-manager, kube-scheduler"}
        );
    }
    if (use.api_balancer) {
        reserves.push_back({"api balancer", 32, 20, "haproxy on loopback"});
    }
    reserves.push_back({"eviction", sizes.eviction, 0, "the kubelet evicts pods below this"});
    reserves.push_back({"calico-node", sizes.calico, 100, "DaemonSet"});
    if (use.log_agent) {
        reserves.push_back({"log-agent", sizes.log_agent, 50, "DaemonSet"});
    }
    return reserves;
}

Capacity allocatable(const MachineUse& use, const std::vector<Reserve>& reserves) {
    Capacity left{.memory = use.memory, .millicpus = use.cpus * 1000};
    for (const Reserve& reserve : reserves) {
        left.memory -= reserve.memory;
        left.millicpus -= reserve.millicpus;
    }
    return {std::max<model::Mebibytes>(left.memory, 0), std::max<std::int64_t>(left.millicpus, 0)};
}

std::string memory_arithmetic(const MachineUse& use, const std::vector<Reserve>& reserves) {
    std::string text = fmt::format("{}", use.memory);
    for (const Reserve& reserve : reserves) {
        fmt::format_to(std::back_inserter(text), " - {} {}", reserve.memory, reserve.name);
    }
    fmt::format_to(std::back_inserter(text), " = {} MiB", allocatable(use, reserves).memory);
    return text;
}

} // namespace ducksnest::plan
