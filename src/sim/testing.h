#pragma once

#include "sim/blueprint.h"
#include "sim/world.h"

#include <map>
#include <string>
#include <utility>

/// Small homelabs for tests, built by hand so that they do not move with the planner.
namespace ducksnest::sim::testing {

inline NodeBlueprint machine(std::string name, SiteIndex site, std::uint32_t zone) {
    NodeBlueprint node;
    node.name = std::move(name);
    node.site = site;
    node.zone = zone;
    node.cpu_millis = 4'000;
    node.memory = 8'192;
    return node;
}

inline NodeBlueprint control_plane(std::string name, SiteIndex site, std::uint32_t zone) {
    NodeBlueprint node = machine(std::move(name), site, zone);
    node.control_plane = true;
    node.provider = model::Provider::aws;
    node.taints = {{.key = "node-role.kubernetes.io/control-plane"}};
    return node;
}

inline WorkloadBlueprint app(std::string name, std::uint32_t replicas) {
    WorkloadBlueprint workload;
    workload.name = std::move(name);
    workload.replicas = replicas;
    workload.cpu_millis = 100;
    workload.memory = 64;
    return workload;
}

/// Like the owner's: `control-plane` in aws, `firebat`, `old` and `ultra` at home, each site its
/// own zone; `blog` with two pods and `portfolio` with one.
inline Blueprint four_machines() {
    Blueprint blueprint;
    blueprint.homelab = "nest";
    blueprint.sites = {"aws", "home"};
    blueprint.zones = {":aws", ":home"};
    blueprint.nodes = {
        control_plane("control-plane", 0, 0),
        machine("firebat", 1, 1),
        machine("old", 1, 1),
        machine("ultra", 1, 1),
    };
    blueprint.nodes[2].boot = model::Boot::bios;
    blueprint.nodes[2].memory = 1'024;
    blueprint.workloads = {app("blog", 2), app("portfolio", 1)};
    return blueprint;
}

/// Adds a database of three: two at home, the synchronous one on the control plane.
inline void add_database(Blueprint& blueprint) {
    WorkloadBlueprint workload = app("postgresql", 3);
    workload.exclusive = true;
    workload.anti_affinity = true;
    workload.tolerations = {"node-role.kubernetes.io/control-plane"};
    workload.pinned = {
        *blueprint.find_node("ultra"),
        *blueprint.find_node("firebat"),
        *blueprint.find_node("control-plane"),
    };
    blueprint.database = static_cast<WorkloadIndex>(blueprint.workloads.size());
    blueprint.members = {
        {.node = workload.pinned[0], .sync_priority = 1},
        {.node = workload.pinned[1], .sync_priority = 1},
        {.node = workload.pinned[2], .synchronous = true, .sync_priority = 2},
    };
    blueprint.workloads.push_back(std::move(workload));
}

inline constexpr Instant start = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);

inline Instant after(Duration elapsed) {
    return start + elapsed;
}

/// On which node each pod of a workload stands, without Terminating ones; "-" for none.
inline std::multimap<std::string, std::string> places(const World& world, std::string_view name) {
    std::multimap<std::string, std::string> found;
    for (const Pod& pod : world.cluster().pods()) {
        const WorkloadBlueprint& wish = world.blueprint().workloads[pod.workload];
        if (wish.name == name && !pod.deleting) {
            found.emplace(pod.node ? world.cluster().name(*pod.node) : "-", pod.name);
        }
    }
    return found;
}

/// Whether a happening with these exact words was told about a subject.
inline bool told(const World& world, std::string_view subject, std::string_view text) {
    for (const Happening& happening : world.kernel().timeline()) {
        if (happening.subject == subject && happening.text == text) {
            return true;
        }
    }
    return false;
}

} // namespace ducksnest::sim::testing
