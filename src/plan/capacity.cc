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
    const ClassReserves sizes = class_reserves(use.memory_class);
    std::vector<Reserve> reserves;
    const auto add = [&reserves](
                         std::string name,
                         model::Mebibytes memory,
                         std::int64_t cpu,
                         std::string what
                     ) {
        reserves.push_back(
            {.name = std::move(name), .memory = memory, .millicpus = cpu, .what = std::move(what)}
        );
    };
    add("system", sizes.system, 100, "kernel, systemd, sshd, tailscaled, fence");
    add("kubernetes", sizes.kubernetes, 100, "containerd, kubelet, kube-proxy");
    if (use.role == model::Role::control_plane) {
        add("control plane",
            1152,
            500,
            "etcd, kube-apiserver, kube-controller-manager, kube-scheduler");
    }
    if (use.api_balancer) {
        add("api balancer", 32, 20, "haproxy on loopback");
    }
    add("eviction", sizes.eviction, 0, "the kubelet evicts pods below this");
    const std::size_t daemons = reserves.size();
    add("calico-node", sizes.calico, 100, "DaemonSet");
    if (use.log_agent) {
        add("log-agent", sizes.log_agent, 50, "DaemonSet");
    }
    for (std::size_t i = daemons; i < reserves.size(); ++i) {
        reserves[i].is_daemon = true;
    }
    return reserves;
}

Capacity allocatable(Capacity machine, const std::vector<Reserve>& reserves) {
    for (const Reserve& reserve : reserves) {
        machine.memory -= reserve.memory;
        machine.millicpus -= reserve.millicpus;
    }
    return {
        .memory = std::max<model::Mebibytes>(machine.memory, 0),
        .millicpus = std::max<std::int64_t>(machine.millicpus, 0),
    };
}

std::string memory_arithmetic(model::Mebibytes memory, const std::vector<Reserve>& reserves) {
    std::string text = fmt::format("{}", memory);
    for (const Reserve& reserve : reserves) {
        fmt::format_to(std::back_inserter(text), " - {} {}", reserve.memory, reserve.name);
    }
    const Capacity left = allocatable({.memory = memory, .millicpus = 0}, reserves);
    fmt::format_to(std::back_inserter(text), " = {} MiB", left.memory);
    return text;
}

} // namespace ducksnest::plan
