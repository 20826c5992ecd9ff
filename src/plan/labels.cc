#include "plan/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ducksnest::plan {
namespace {

/// The last name of "topology.kubernetes.io" and its like.
bool is_kubernetes_prefix(std::string_view prefix) {
    return prefix == "kubernetes.io" || prefix.ends_with(".kubernetes.io") || prefix == "k8s.io" ||
           prefix.ends_with(".k8s.io");
}

/// "1.9 GiB", rounded to a tenth.
std::string gibibytes(model::Mebibytes memory) {
    const std::int64_t tenths = (memory * 10 + 512) / 1024;
    return fmt::format("{}.{} GiB", tenths / 10, tenths % 10);
}

} // namespace

std::map<std::string, std::string> labels_of(const Machine& machine) {
    const model::Node& node = *machine.node;
    const model::Site& site = *machine.site;
    std::map<std::string, std::string> labels{
        {std::string(zone_label), site.name},
        {std::string(region_label), site.region ? **site.region : site.name},
        {fmt::format("node-role.kubernetes.io/{}", model::to_string(*node.role)), ""},
        {"ducksnest/memory-class", std::string(to_string(machine.memory_class))},
        {"ducksnest/provider", std::string(model::to_string(site.provider))},
    };
    if (node.instance) {
        labels.emplace("node.kubernetes.io/instance-type", **node.instance);
    }
    if (has_nvidia(node)) {
        labels.emplace("ducksnest/gpu", **node.gpu);
    }
    return labels;
}

bool kubelet_may_set(std::string_view label) {
    static constexpr std::array<std::string_view, 8> allowed{
        "beta.kubernetes.io/instance-type",
        "kubernetes.io/arch",
        "kubernetes.io/hostname",
        "kubernetes.io/os",
        "node.kubernetes.io/instance-type",
        "topology.kubernetes.io/region",
        "topology.kubernetes.io/zone",
        "beta.kubernetes.io/os",
    };
    const std::string_view prefix = label.substr(0, label.find('/'));
    if (prefix.size() == label.size() || !is_kubernetes_prefix(prefix)) {
        return true;
    }
    return std::ranges::find(allowed, label) != allowed.end() ||
           prefix == "kubelet.kubernetes.io" || prefix.ends_with(".kubelet.kubernetes.io") ||
           prefix == "node.kubernetes.io" || prefix.ends_with(".node.kubernetes.io");
}

bool is_tainted_control_plane(model::Role role, MemoryClass memory_class) {
    return role == model::Role::control_plane && memory_class != MemoryClass::large;
}

std::vector<Taint> taints_of(model::Role role, MemoryClass memory_class) {
    std::vector<Taint> taints;
    if (is_tainted_control_plane(role, memory_class)) {
        taints.push_back({.key = std::string(control_plane_taint), .effect = "NoSchedule"});
    }
    if (memory_class == MemoryClass::small) {
        taints.push_back(
            {.key = std::string(small_memory_taint), .value = "true", .effect = "NoSchedule"}
        );
    }
    return taints;
}

std::vector<Taint> taints_of(const Machine& machine) {
    const model::Node& node = *machine.node;
    std::vector<Taint> taints = taints_of(*node.role, machine.memory_class);
    for (Taint& taint : taints) {
        taint.why = taint.key == control_plane_taint
                        ? fmt::format(
                              "etcd and the API server share its {}; only what tolerates it may "
                              "stand beside them",
                              gibibytes(*node.memory)
                          )
                        : fmt::format(
                              "has {}, of which {} MiB remain for pods; only what asks for little "
                              "and says so may stand here",
                              gibibytes(*node.memory),
                              machine.left.memory
                          );
    }
    return taints;
}

} // namespace ducksnest::plan
