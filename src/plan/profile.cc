#include "plan/profile.h"

#include "base/assert.h"
#include "plan/host.h"
#include "plan/network.h"
#include "plan/versions.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace ducksnest::plan {
namespace {

/// Secrets before everything, the network before what dials through it, servers before clients.
constexpr std::array<std::string_view, 15> start_order{
    "ducksnest-open",
    "tailscaled",
    "tailscale-up",
    "api-balancer",
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "containerd",
    "kubelet",
    "kube-proxy",
    "ducksnest-fence",
    "ducksnest-bootstrap",
    "ducksnest-dr",
    "ducksnest-cache-proxy",
};

std::size_t rank(std::string_view name) {
    const auto at = std::ranges::find(start_order, name);
    ASSERT(at != start_order.end());
    return static_cast<std::size_t>(at - start_order.begin());
}

std::size_t rank_of(const Shared<Unit>& unit) {
    return rank(unit->name);
}

/// Every unit of a kind of node by name, in start order.
std::vector<std::string> unit_names(const Profile& profile, model::Role role) {
    std::vector<std::string> names{"ducksnest-open", "tailscale-up", "kubelet", "ducksnest-fence"};
    if (role == model::Role::control_plane) {
        names.insert(names.end(), {"etcd", "kube-apiserver"});
    }
    for (const Shared<Unit>& unit : profile.units) {
        names.push_back(unit->name);
    }
    std::ranges::sort(names, {}, rank);
    return names;
}

void add_control_plane(const Context& context, Profile& profile) {
    profile.units.emplace_back(controller_manager_unit());
    profile.units.emplace_back(scheduler_unit());
    profile.units.emplace_back(bootstrap_unit());
    if (context.homelab->dr) {
        profile.units.emplace_back(dr_unit());
    }
    profile.files.emplace_back(admission_config());
    profile.files.emplace_back(audit_policy());
    profile.files.emplace_back(bootstrap_policy());
    profile.files.emplace_back(scheduler_config());
}

/// The profile's units and a node's own, both in start order, as one list.
std::vector<Shared<Unit>> in_order(const Profile& profile, const std::vector<Shared<Unit>>& own) {
    std::vector<Shared<Unit>> units;
    units.reserve(profile.start_order.size());
    auto shared = profile.units.begin();
    auto next = own.begin();
    for (const std::string& name : profile.start_order) {
        const bool is_shared = shared != profile.units.end() && (*shared)->name == name;
        ASSERT(is_shared || next != own.end());
        units.push_back(is_shared ? *shared++ : *next++);
        ASSERT(units.back()->name == name);
    }
    return units;
}

/// The control plane's own clients dial the API server beside them.
void add_own_kubeconfigs(const Context& context, const Machine& machine, NodePlan& node) {
    const std::string server = https_url(machine.address, api_port);
    const auto add = [&](std::string_view component, std::string_view owner) {
        node.files.emplace_back(kubeconfig(component, server, std::string(owner)));
    };
    add("controller-manager", user_kubernetes);
    add("scheduler", user_scheduler);
    add("bootstrap", "root");
    if (context.homelab->dr) {
        add("dr", "root");
    }
    std::ranges::sort(node.files, {}, [](const auto& file) -> const auto& { return file->path; });
}

} // namespace

Profile make_profile(const Context& context, const MachineKind& kind) {
    Profile profile;
    profile.name = profile_name(kind);
    profile.reserves = reserves_of(use_of(context, kind.role, kind.memory_class));
    profile.units.emplace_back(tailscaled_unit());
    profile.units.emplace_back(containerd_unit());
    profile.units.emplace_back(kube_proxy_unit());
    profile.files.emplace_back(containerd_config(kind));
    profile.files.emplace_back(kubelet_config(context, kind));
    profile.files.emplace_back(kube_proxy_config(context));
    profile.files.emplace_back(calico_cni_config(context));
    for (const std::string_view component : {"calico-cni", "fence", "kube-proxy", "kubelet"}) {
        profile.files.emplace_back(kubeconfig(component, context.node_api_server, "root"));
    }
    if (kind.role == model::Role::control_plane) {
        add_control_plane(context, profile);
    }
    if (context.balanced) {
        profile.units.emplace_back(api_balancer_unit());
        profile.files.emplace_back(api_balancer_config(context));
    }
    if (context.homelab->cache) {
        profile.units.emplace_back(cache_proxy_unit(*context.homelab));
    }
    std::ranges::stable_sort(profile.units, {}, rank_of);
    std::ranges::sort(profile.files, {}, [](const auto& file) -> const auto& {
        return file->path;
    });
    profile.start_order = unit_names(profile, kind.role);
    profile.kernel_modules = kernel_modules();
    profile.sysctls = sysctls();
    profile.firewall = firewall_of(context, kind.role);
    return profile;
}

void equip(
    const Context& context, const Machine& machine, const Shared<Profile>& profile, NodePlan& node
) {
    node.profile = profile;
    node.files = profile->files;
    std::vector<Shared<Unit>> own{
        Shared(open_unit(machine)), Shared(tailscale_up_unit(machine, node.routes))
    };
    if (node.role == model::Role::control_plane) {
        own.emplace_back(etcd_unit(context, machine));
        own.emplace_back(api_server_unit(context, machine));
        add_own_kubeconfigs(context, machine, node);
    }
    own.emplace_back(kubelet_unit(machine, node.labels));
    own.emplace_back(fence_unit(machine));
    node.units = in_order(*profile, own);
}

} // namespace ducksnest::plan
