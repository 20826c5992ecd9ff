#include "sim/blueprint.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace ducksnest::sim {
namespace {

template <class Items, class Projection>
std::optional<std::uint32_t>
position(const Items& items, std::string_view name, Projection projection) {
    const auto found = std::ranges::find(items, name, projection);
    if (found == items.end()) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(found - items.begin());
}

std::uint32_t intern(std::vector<std::string>& names, const std::string& name) {
    const auto found = std::ranges::find(names, name);
    if (found != names.end()) {
        return static_cast<std::uint32_t>(found - names.begin());
    }
    names.push_back(name);
    return static_cast<std::uint32_t>(names.size() - 1);
}

/// The key by which Kubernetes groups nodes (component-helpers/node/topology, GetZoneKey); we
/// separate region and zone by a colon alone.
std::string zone_key(const std::map<std::string, std::string>& labels) {
    const auto label = [&](const char* key) {
        const auto found = labels.find(key);
        return found == labels.end() ? std::string() : found->second;
    };
    const std::string region = label("topology.kubernetes.io/region");
    const std::string zone = label("topology.kubernetes.io/zone");
    return region.empty() && zone.empty() ? std::string() : region + ":" + zone;
}

Result<PlannedTaint> read_taint(const plan::Taint& taint) {
    PlannedTaint read{.key = taint.key, .value = taint.value};
    for (const Effect effect :
         {Effect::no_schedule, Effect::prefer_no_schedule, Effect::no_execute}) {
        if (taint.effect == to_string(effect)) {
            read.effect = effect;
            return read;
        }
    }
    return fail(
        ErrorCode::invalid,
        fmt::format("taint `{}` has the unknown effect `{}`", taint.key, taint.effect)
    );
}

Result<NodeBlueprint> make_node(const plan::NodePlan& node, Blueprint& blueprint) {
    NodeBlueprint made;
    made.name = node.name;
    made.site = intern(blueprint.sites, node.site);
    made.zone = intern(blueprint.zones, zone_key(node.labels));
    made.control_plane = node.role == model::Role::control_plane;
    made.provider = node.provider;
    made.boot = node.boot;
    made.cpu_millis = node.allocatable_millicpus;
    made.memory = node.allocatable_memory;
    made.units = static_cast<std::uint32_t>(node.units.size());
    for (const plan::Taint& taint : node.taints) {
        made.taints.push_back(TRY(read_taint(taint)));
    }
    return made;
}

Result<WorkloadBlueprint> make_workload(const plan::Workload& wish, const Blueprint& blueprint) {
    WorkloadBlueprint made;
    made.name = wish.name;
    made.replicas = static_cast<std::uint32_t>(wish.replicas);
    made.cpu_millis = wish.cpu_millis;
    made.memory = wish.memory;
    made.spread_sites = wish.spread_sites;
    made.anti_affinity = wish.anti_affinity;
    made.exclusive = wish.exclusive;
    made.is_service = wish.space == "kube-system";
    made.tolerations = wish.tolerations;
    for (const std::string& name : wish.pinned) {
        const std::optional<NodeIndex> node = blueprint.find_node(name);
        if (!node) {
            return fail(
                ErrorCode::invalid,
                fmt::format("workload `{}` is pinned to the unknown node `{}`", wish.name, name)
            );
        }
        made.pinned.push_back(*node);
    }
    return made;
}

/// The workload whose pods stand exactly where the members do.
std::optional<WorkloadIndex> find_database(const Blueprint& blueprint) {
    if (blueprint.members.empty()) {
        return std::nullopt;
    }
    std::vector<NodeIndex> wanted;
    for (const MemberBlueprint& member : blueprint.members) {
        wanted.push_back(member.node);
    }
    const auto found = std::ranges::find(blueprint.workloads, wanted, &WorkloadBlueprint::pinned);
    if (found == blueprint.workloads.end()) {
        return std::nullopt;
    }
    return static_cast<WorkloadIndex>(found - blueprint.workloads.begin());
}

} // namespace

bool tolerates(const WorkloadBlueprint& workload, const PlannedTaint& taint) {
    return std::ranges::find(workload.tolerations, taint.key) != workload.tolerations.end();
}

std::string_view to_string(Effect effect) {
    switch (effect) {
    case Effect::no_schedule:
        return "NoSchedule";
    case Effect::prefer_no_schedule:
        return "PreferNoSchedule";
    case Effect::no_execute:
        return "NoExecute";
    }
    std::unreachable();
}

std::optional<NodeIndex> Blueprint::find_node(std::string_view name) const {
    return position(nodes, name, &NodeBlueprint::name);
}

std::optional<SiteIndex> Blueprint::find_site(std::string_view name) const {
    return position(sites, name, std::identity());
}

Result<Blueprint> make_blueprint(const plan::Plan& plan) {
    Blueprint made;
    made.homelab = plan.homelab;
    for (const plan::NodePlan& node : plan.nodes) {
        made.nodes.push_back(TRY(make_node(node, made).with(fmt::format("node `{}`", node.name))));
    }
    for (const plan::Workload& wish : plan.workloads) {
        made.workloads.push_back(TRY(make_workload(wish, made)));
    }
    for (const plan::DatabaseMember& member : plan.database) {
        const std::optional<NodeIndex> node = made.find_node(member.node);
        if (!node) {
            return fail(
                ErrorCode::invalid,
                fmt::format("a database member stands on the unknown node `{}`", member.node)
            );
        }
        made.members.push_back(
            {.node = *node, .synchronous = member.synchronous, .sync_priority = member.sync_priority
            }
        );
    }
    made.database = find_database(made);
    if (!made.members.empty() && !made.database) {
        return fail(
            ErrorCode::invalid, "no workload is pinned to the nodes of the database's members"
        );
    }
    return made;
}

} // namespace ducksnest::sim
