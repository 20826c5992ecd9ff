#pragma once

#include "base/json.h"
#include "model/homelab.h"
#include "net/address.h"
#include "net/mtu.h"
#include "pki/spec.h"
#include "plan/capacity.h"
#include "plan/cloud.h"
#include "plan/cost.h"
#include "plan/pipeline.h"
#include "plan/shared.h"
#include "plan/tailnet_policy.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the homelab becomes: every node's addresses, units, files and certificates as values. Pure:
/// the same model gives the same plan. Nothing here is per pair of nodes, so its size is linear.
namespace ducksnest::plan {

struct Taint {
    std::string key{};
    std::string value{};
    std::string effect{}; ///< NoSchedule, PreferNoSchedule or NoExecute.
    std::string why{};

    bool operator==(const Taint&) const = default;
};

/// A route this node announces to the tailnet, or needs in its own table.
struct Route {
    net::Cidr to{};
    std::string device{};
    std::string why{};

    bool operator==(const Route&) const = default;
};

/// `ip rule add to <to> priority <priority> lookup <table>`.
struct IpRule {
    int priority = 0;
    net::Cidr to{};
    std::string table{};
    std::string why{};

    bool operator==(const IpRule&) const = default;
};

/// What leaves through the tunnel for another site has the node's own address, and not the one that
/// its device has in the tailnet: certificates, firewalls and Felix know nodes by their own.
struct TunnelSource {
    net::Cidr from{}; ///< Addresses that the kernel may have chosen.
    net::Cidr to{};   ///< The other site.
    net::Address source{};
    std::string why{};

    bool operator==(const TunnelSource&) const = default;
};

/// An opening in the node's firewall.
struct FirewallPort {
    std::string protocol{}; ///< tcp or udp.
    int first = 0;
    int last = 0;
    std::vector<net::Cidr> sources{}; ///< Who may; never empty.
    std::string why{};

    bool operator==(const FirewallPort&) const = default;
};

/// A kernel module or a sysctl, and what needs it.
struct KernelSetting {
    std::string name{};
    std::string value{}; ///< Empty for modules.
    std::string why{};

    bool operator==(const KernelSetting&) const = default;
};

/// How a ConfigFile's data becomes text. YAML readers accept JSON; TOML is written by the ground
/// (Nix has a TOML writer); `lines` is an array of strings, one line each.
enum class FileFormat : std::uint8_t { json, toml, lines };

/// A file the node needs, as data.
struct ConfigFile {
    std::string path{}; ///< Absolute, on the node.
    int mode = 0644;
    std::string owner = "root";
    FileFormat format = FileFormat::json;
    Json content{};

    bool operator==(const ConfigFile&) const = default;
};

/// A process of the homelab. NixOS turns it into a systemd service; the local ground runs the same
/// argv. argv[0] is `{package}/bin/{program}` resolved by the ground.
struct Unit {
    std::string name{}; ///< "kube-apiserver", without ".service".
    std::string description{};
    std::string package{}; ///< nixpkgs attribute: "kubernetes", "etcd", "ducksnest".
    std::string program{};
    std::vector<std::string> arguments{};
    std::map<std::string, std::string> environment{};
    std::string user = "root";
    std::vector<std::string> after{};       ///< Units, with suffix.
    std::vector<std::string> requires_{};   ///< Units, with suffix.
    std::vector<std::string> credentials{}; ///< Certificates and secrets as `opened_name` says.
    std::vector<std::string> files{};       ///< Paths of config files it reads.
    std::string state_directory{};          ///< Below /var/lib, mode 0700; empty: none.
    std::string logs_directory{};           ///< Below /var/log, mode 0700; empty: none.
    std::string type = "exec";              ///< systemd: notify, exec, oneshot, simple.
    std::string restart = "always";         ///< systemd: always, on-failure, no.
    int restart_seconds = 5;

    bool operator==(const Unit&) const = default;
};

/// What nodes of one role and size have in common, kept once: "worker-large", "worker-small".
struct Profile {
    std::string name{};
    std::vector<Reserve> reserves{}; ///< Why allocatable is less than the machine.
    std::vector<Shared<Unit>> units{};
    std::vector<Shared<ConfigFile>> files{};
    std::vector<std::string> start_order{};      ///< Names of all units, the nodes' own included.
    std::vector<KernelSetting> kernel_modules{}; ///< Sorted by name.
    std::vector<KernelSetting> sysctls{};        ///< Sorted by name.
    std::vector<FirewallPort> firewall{};

    bool operator==(const Profile&) const = default;
};

struct NodePlan {
    std::string name{}; ///< Also the host name: the kubelet registers under it.
    std::string site{};
    model::Role role = model::Role::worker;
    model::Provider provider = model::Provider::own;
    std::optional<std::string> instance{};
    model::Boot boot = model::Boot::uefi;
    net::Address address{}; ///< --node-ip: LAN or VPC, never the tailnet's.
    std::optional<net::Address> tailnet_address{};
    std::string interface{
    }; ///< Name or glob of the interface that carries `address`; may be empty.
    int mtu = 0; ///< Pod interfaces.
    std::int64_t cpus = 0;
    model::Mebibytes memory = 0;
    model::Mebibytes disk = 0;
    MemoryClass memory_class = MemoryClass::large;
    model::Mebibytes allocatable_memory = 0; ///< Left for pods: memory minus every reserve.
    std::int64_t allocatable_millicpus = 0;  ///< Left for pods: 1000 x cpus minus every reserve.
    std::map<std::string, std::string> labels{};
    std::vector<Taint> taints{};
    std::vector<Route> routes{}; ///< Advertised to the tailnet.
    std::vector<IpRule> ip_rules{};
    std::vector<TunnelSource> tunnel_sources{};
    bool nvidia = false;
    Shared<Profile> profile{};
    std::vector<Shared<Unit>> units{};       ///< All, the profile's included, in start order.
    std::vector<Shared<ConfigFile>> files{}; ///< All, the profile's included.

    const Unit* find_unit(std::string_view unit_name) const;
};

/// A pod-shaped demand that the scheduler of the twin (and of check) places.
struct Workload {
    std::string name{};
    std::string space = "default"; ///< Kubernetes namespace.
    std::int64_t replicas = 1;
    std::int64_t cpu_millis = 0;
    model::Mebibytes memory = 0;
    bool spread_sites = false;              ///< Replicas prefer different zones.
    bool anti_affinity = false;             ///< Never two on one node.
    bool exclusive = false;                 ///< One writer: moved only after fencing.
    std::vector<std::string> pinned{};      ///< Replica i stands on node pinned[i] (local volumes).
    std::vector<std::string> tolerations{}; ///< Keys of taints it stands.
};

/// One PostgreSQL member and why it stands there.
struct DatabaseMember {
    std::string node{};
    std::string site{};
    bool synchronous = false; ///< Standby whose acknowledgement every commit waits for.
    int sync_priority = 0;    ///< Patroni's tag; the highest becomes the synchronous standby.
    std::string why{};
};

/// The substituter that every node's Nix daemon asks first.
struct BinaryCache {
    std::string url{};                       ///< The proxy on the node itself.
    std::optional<std::string> public_key{}; ///< "name-1:base64"; without it Nix must not ask.

    bool operator==(const BinaryCache&) const = default;
};

struct Plan {
    std::string homelab{};
    std::string input_digest{}; ///< "sha256-<hex>" of the model; spans and file order do not count.
    std::string domain{};
    std::string timezone{};
    std::string kubernetes_version{};
    std::string api_server{}; ///< For nodes: https://10.20.1.10:6443, or the balancer.
    std::vector<std::string> api_endpoints{}; ///< For operators: every API server's own address.
    net::Address service_ip{};                ///< kubernetes.default
    net::Address dns_ip{};
    net::Cidr pods{};
    net::Cidr services{};
    net::Cidr tailnet{};
    std::string encapsulation{};
    net::PathMtu mtu{};
    std::optional<BinaryCache> cache{};
    std::map<std::string, Shared<Profile>> profiles{};
    std::vector<NodePlan> nodes{};          ///< Sorted by name.
    std::vector<Workload> workloads{};      ///< Sorted by name.
    std::vector<DatabaseMember> database{}; ///< First the one that starts as primary.
    pki::TrustPlan trust{};
    Pipeline pipeline{};
    TailnetPolicy tailnet_policy{};
    Cost cost{};                  ///< By the price list compiled in; no part of the lock.
    std::optional<Cloud> cloud{}; ///< What stands at AWS; absent without an AWS site.

    const NodePlan* find_node(std::string_view name) const;
};

/// The whole plan. The model must have passed `check`: a mistake there is reported there.
Plan make_plan(const model::Homelab& homelab);

/// "json", "toml", "lines".
std::string_view to_string(FileFormat format);

} // namespace ducksnest::plan
