#include "plan/plan.h"

#include "plan/context.h"
#include "plan/database.h"
#include "plan/digest.h"
#include "plan/labels.h"
#include "plan/network.h"
#include "plan/profile.h"
#include "plan/trust.h"
#include "plan/versions.h"
#include "plan/workloads.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::plan {
namespace {

NodePlan make_node(const Context& context, const Machine& machine) {
    const model::Node& node = *machine.node;
    const model::Site& site = *machine.site;
    NodePlan plan;
    plan.name = node.name;
    plan.site = site.name;
    plan.role = *node.role;
    plan.provider = site.provider;
    if (node.instance) {
        plan.instance = **node.instance;
    }
    plan.boot = node.boot;
    plan.address = machine.address;
    if (node.tailnet_address) {
        plan.tailnet_address = **node.tailnet_address;
    }
    if (node.interface) {
        plan.interface = **node.interface;
    } else if (site.interface) {
        plan.interface = **site.interface;
    }
    plan.mtu = context.mtu.bytes;
    plan.cpus = *node.cpus;
    plan.memory = *node.memory;
    plan.disk = *node.disk;
    plan.memory_class = machine.memory_class;
    plan.allocatable_memory = machine.left.memory;
    plan.allocatable_millicpus = machine.left.millicpus;
    plan.labels = labels_of(machine);
    plan.taints = taints_of(machine);
    plan.routes = routes_of(machine);
    plan.ip_rules = ip_rules_of(context, machine);
    plan.tunnel_sources = tunnel_sources_of(context, machine);
    plan.nvidia = has_nvidia(node);
    return plan;
}

std::optional<BinaryCache> cache_of(const model::Homelab& homelab) {
    if (!homelab.cache) {
        return std::nullopt;
    }
    BinaryCache cache{.url = fmt::format("http://127.0.0.1:{}", cache_proxy_port)};
    if (homelab.cache->public_key) {
        cache.public_key = **homelab.cache->public_key;
    }
    return cache;
}

void set_cluster(const Context& context, Plan& plan) {
    const model::Homelab& homelab = *context.homelab;
    plan.homelab = *homelab.name;
    plan.domain = *homelab.domain;
    plan.timezone = *homelab.timezone;
    plan.kubernetes_version = kubernetes_version;
    plan.api_server = context.node_api_server;
    for (const Machine* machine : context.control_planes) {
        plan.api_endpoints.push_back(https_url(machine->address, api_port));
    }
    plan.service_ip = context.service_ip;
    plan.dns_ip = context.dns_ip;
    plan.pods = *homelab.network.pods;
    plan.services = *homelab.network.services;
    plan.tailnet = *homelab.network.tailnet;
    plan.encapsulation = model::to_string(*homelab.network.calico.encapsulation);
    plan.mtu = context.mtu;
    plan.cache = cache_of(homelab);
}

const Shared<Profile>& profile_of(
    const Context& context, const Machine& machine, std::map<std::string, Shared<Profile>>& profiles
) {
    const MachineKind kind = kind_of(machine);
    const std::string name = profile_name(kind);
    const auto at = profiles.find(name);
    return at != profiles.end()
               ? at->second
               : profiles.emplace(name, Shared<Profile>(make_profile(context, kind))).first->second;
}

} // namespace

Plan make_plan(const model::Homelab& homelab) {
    const Context context = make_context(homelab);
    Plan plan;
    plan.input_digest = digest_of(homelab);
    set_cluster(context, plan);
    plan.nodes.reserve(context.machines.size());
    for (const Machine& machine : context.machines) {
        const Shared<Profile>& profile = profile_of(context, machine, plan.profiles);
        NodePlan& node = plan.nodes.emplace_back(make_node(context, machine));
        equip(context, machine, profile, node);
    }
    if (homelab.database) {
        plan.database = plan_database(context).members;
    }
    plan.workloads = plan_workloads(context, plan.database);
    plan.trust = plan_trust(context);
    plan.cloud = plan_cloud(context);
    plan.pipeline = plan_pipeline(homelab, plan.cloud);
    plan.tailnet_policy = plan_tailnet_policy(plan);
    plan.cost = estimate_cost(homelab, plan.cloud);
    return plan;
}

const NodePlan* Plan::find_node(std::string_view name) const {
    const auto at = std::ranges::lower_bound(nodes, name, {}, &NodePlan::name);
    return at != nodes.end() && at->name == name ? &*at : nullptr;
}

const Unit* NodePlan::find_unit(std::string_view unit_name) const {
    const auto at =
        std::ranges::find(units, unit_name, [](const Shared<Unit>& unit) -> const auto& {
            return unit->name;
        });
    return at == units.end() ? nullptr : &**at;
}

std::string_view to_string(FileFormat format) {
    switch (format) {
    case FileFormat::json:
        return "json";
    case FileFormat::toml:
        return "toml";
    case FileFormat::lines:
        return "lines";
    }
    return "";
}

} // namespace ducksnest::plan
