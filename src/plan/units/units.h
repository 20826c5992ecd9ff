#pragma once

#include "plan/context.h"
#include "plan/labels.h"
#include "plan/plan.h"

#include <compare>
#include <string>
#include <string_view>
#include <vector>

/// Every process of the homelab with its argv and configuration. Flags are those of the versions in
/// versions.h; the reason for a choice stands beside it. A function that takes no Machine gives
/// something that many nodes share.
namespace ducksnest::plan {

/// What decides the shared part of a node.
struct MachineKind {
    model::Role role = model::Role::worker;
    MemoryClass memory_class = MemoryClass::large;
    bool nvidia = false;

    auto operator<=>(const MachineKind&) const = default;
};

MachineKind kind_of(const Machine& machine);
/// "control-plane-medium", "worker-large-nvidia".
std::string profile_name(const MachineKind& kind);

// containerd.cc
Unit containerd_unit();
ConfigFile containerd_config(const MachineKind& kind);

// etcd.cc
Unit etcd_unit(const Context& context, const Machine& machine);

// api_server.cc, api_server_policies.cc
Unit api_server_unit(const Context& context, const Machine& machine);
ConfigFile admission_config();
ConfigFile audit_policy();
ConfigFile bootstrap_policy();

// controller_manager.cc, scheduler.cc
Unit controller_manager_unit();
Unit scheduler_unit();
ConfigFile scheduler_config();

// kubelet.cc, kubelet_config.cc
Unit kubelet_unit(const Machine& machine, const std::map<std::string, std::string>& labels);
ConfigFile kubelet_config(const Context& context, const MachineKind& kind);

// kube_proxy.cc
Unit kube_proxy_unit();
ConfigFile kube_proxy_config(const Context& context);

// calico_cni.cc
ConfigFile calico_cni_config(const Context& context);

// api_balancer.cc
Unit api_balancer_unit();
ConfigFile api_balancer_config(const Context& context);

// tailscale.cc
Unit tailscaled_unit();
Unit tailscale_up_unit(const Machine& machine, const std::vector<Route>& routes);

// ducksnest_units.cc
Unit open_unit(const Machine& machine);
Unit fence_unit(const Machine& machine);
Unit bootstrap_unit();
Unit dr_unit();
Unit cache_proxy_unit(const model::Homelab& homelab);

// kubeconfig.cc
/// A kubeconfig of `component`, whose client certificate opens under the same name.
ConfigFile kubeconfig(std::string_view component, const std::string& server, std::string owner);

// tls.cc
/// The cipher suites of TLS 1.2 that the CIS benchmark accepts, all AEAD with forward secrecy.
/// TLS 1.3 has its own and needs no list.
const std::vector<std::string>& cipher_suites();
/// `{"--tls-cipher-suites=…", "--tls-min-version=VersionTLS12"}`, as Kubernetes components take
/// them.
void add_tls_arguments(std::vector<std::string>& arguments);

/// "--name=value".
std::string flag(std::string_view name, std::string_view value);

inline constexpr std::string_view open_service = "ducksnest-open.service";
inline constexpr std::string_view user_kubernetes = "kubernetes";
inline constexpr std::string_view user_scheduler = "kube-scheduler";
inline constexpr std::string_view user_etcd = "etcd";

} // namespace ducksnest::plan
