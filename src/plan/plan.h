#pragma once

#include "base/json.h"
#include "model/homelab.h"
#include "net/address.h"
#include "pki/spec.h"

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
};

/// A route this node announces to the tailnet, or needs in its own table.
struct Route {
    net::Cidr to{};
    std::string device{};
    std::string why{};
};

/// `ip rule add to <to> priority <priority> lookup <table>`.
struct IpRule {
    int priority = 0;
    net::Cidr to{};
    std::string table{};
    std::string why{};
};

/// An opening in the node's firewall.
struct FirewallPort {
    std::string protocol{}; ///< tcp or udp.
    int first = 0;
    int last = 0;
    std::vector<net::Cidr> sources{}; ///< Who may; never empty.
    std::string why{};
};

/// A file the node needs, as data: rendered as JSON (which YAML readers accept).
struct ConfigFile {
    std::string path{}; ///< Absolute, on the node.
    int mode = 0644;
    std::string owner{};
    Json content{};
};

/// A process of the homelab. NixOS turns it into a systemd service; the local ground runs the same
/// argv. argv[0] is `{package}/bin/{program}` resolved by the ground.
struct Unit {
    std::string name{};        ///< "kube-apiserver", without ".service".
    std::string description{};
    std::string package{};     ///< nixpkgs attribute: "kubernetes", "etcd", "ducksnest".
    std::string program{};
    std::vector<std::string> arguments{};
    std::map<std::string, std::string> environment{};
    std::string user{};
    std::vector<std::string> after{};     ///< Units, with suffix.
    std::vector<std::string> requires_{}; ///< Units, with suffix.
    std::vector<std::string> credentials{}; ///< Names of certificates and secrets it opens.
    std::vector<std::string> files{};       ///< Paths of config files it reads.
    std::string type{};                     ///< systemd: notify, exec, oneshot, simple.
    std::string restart{};                  ///< systemd: always, on-failure, no.
    int restart_seconds = 5;
};

struct NodePlan {
    std::string name{};
    std::string site{};
    model::Role role = model::Role::worker;
    model::Provider provider = model::Provider::own;
    std::optional<std::string> instance{};
    model::Boot boot = model::Boot::uefi;
    net::Address address{};               ///< --node-ip: LAN or VPC, never the tailnet's.
    std::optional<net::Address> tailnet_address{};
    std::string interface{};              ///< Name or glob of the interface that carries `address`.
    int mtu = 0;                          ///< Pod interfaces.
    std::int64_t cpus = 0;
    model::Mebibytes memory = 0;
    model::Mebibytes disk = 0;
    model::Mebibytes allocatable_memory = 0; ///< What is left for pods.
    std::int64_t allocatable_millicpus = 0;
    std::map<std::string, std::string> labels{};
    std::vector<Taint> taints{};
    std::vector<Route> routes{};          ///< Advertised to the tailnet.
    std::vector<IpRule> ip_rules{};
    std::vector<FirewallPort> firewall{};
    std::vector<std::string> kernel_modules{};
    std::map<std::string, std::string> sysctls{};
    std::vector<Unit> units{};            ///< In start order.
    std::vector<ConfigFile> files{};
    bool nvidia = false;
};

/// A pod-shaped demand that the scheduler of the twin (and of check) places.
struct Workload {
    std::string name{};
    std::int64_t replicas = 1;
    std::int64_t cpu_millis = 0;
    model::Mebibytes memory = 0;
    bool spread_sites = false;     ///< Replicas prefer different zones.
    bool anti_affinity = false;    ///< Never two on one node.
    bool exclusive = false;        ///< One writer: moved only after fencing.
    std::vector<std::string> pinned{}; ///< Replica i stands on node pinned[i] (local volumes).
};

/// One PostgreSQL member and why it stands there.
struct DatabaseMember {
    std::string node{};
    std::string site{};
    bool synchronous = false;
    int sync_priority = 0;
    std::string why{};
};

struct Plan {
    std::string homelab{};
    std::string domain{};
    std::string timezone{};
    std::string kubernetes_version{};
    std::string api_server{};          ///< https://10.20.1.10:6443
    net::Address service_ip{};         ///< kubernetes.default
    net::Address dns_ip{};
    net::Cidr pods{};
    net::Cidr services{};
    std::string mtu_reason{};          ///< "tailnet 1280 - VXLAN 50".
    std::vector<NodePlan> nodes{};     ///< Sorted by name.
    std::vector<Workload> workloads{}; ///< Sorted by name.
    std::vector<DatabaseMember> database{};
    pki::TrustPlan trust{};

    const NodePlan* find_node(std::string_view name) const;
};

/// The whole plan. The model must have passed `check`: a mistake there is reported there.
Plan make_plan(const model::Homelab& homelab);

} // namespace ducksnest::plan
