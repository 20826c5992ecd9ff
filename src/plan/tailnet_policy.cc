#include "plan/tailnet_policy.h"

#include "base/text.h"
#include "plan/context.h"
#include "plan/plan.h"
#include "plan/versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace ducksnest::plan {
namespace {

/// Everybody who is in the tailnet, as far as the policy tells them apart.
enum class Party : std::uint8_t { control_planes, workers, standbys, operators, pipeline };
using Parties = std::set<Party>;

std::string tag_of(Party party) {
    switch (party) {
    case Party::control_planes:
        return tailnet_tag(model::to_string(model::Role::control_plane));
    case Party::workers:
        return tailnet_tag(model::to_string(model::Role::worker));
    case Party::standbys:
        return std::string(standby_tag);
    case Party::pipeline:
        return std::string(pipeline_tag);
    case Party::operators:
        break;
    }
    return {};
}

std::string set_of(Party party) {
    switch (party) {
    case Party::control_planes:
        return "ipset:control-planes";
    case Party::workers:
        return "ipset:workers";
    case Party::standbys:
        return "ipset:standbys";
    case Party::operators:
    case Party::pipeline:
        break;
    }
    return {};
}

Party party_of(model::Role role) {
    return role == model::Role::control_plane ? Party::control_planes : Party::workers;
}

/// How a packet's address can look on the other side of the tunnel.
enum class Face : std::uint8_t {
    any,      ///< Tailscale's address of the device, or the node's own that it announces.
    own_only, ///< The node's own alone.
};

/// Connections of one kind, to one party.
struct Flow {
    Parties from{};
    Parties to{};
    std::vector<std::string> ports{};
    Face source = Face::any;
    Face target = Face::any;
    std::string why{};
};

/// "nodes/firebat/kubelet-serving" in parts.
struct CertificateName {
    std::string_view holder{}; ///< The node; empty for an operator's.
    std::string_view purpose{};
};

CertificateName parse_name(std::string_view name) {
    const std::vector<std::string_view> parts = split(name, '/');
    const bool is_node = parts.size() == 3 && parts[0] == "nodes";
    return {.holder = is_node ? parts[1] : std::string_view(), .purpose = parts.back()};
}

std::optional<int> port_of(std::string_view server_certificate) {
    static const std::map<std::string_view, int> ports = {
        {"apiserver", api_port},
        {"etcd-server", etcd_client_port},
        {"etcd-peer", etcd_peer_port},
        {"kubelet-serving", kubelet_port},
    };
    const auto at = ports.find(server_certificate);
    return at == ports.end() ? std::nullopt : std::optional(at->second);
}

class Policy {
public:
    Policy(const Context& context, const Plan& plan)
        : plan_(plan) {
        for (const Machine& machine : context.machines) {
            const Party party = party_of(*machine.node->role);
            nodes_.insert(party);
            policy_.hosts.emplace(machine.node->name, machine.address);
        }
        if (plan.cloud && !plan.cloud->slots.empty()) {
            nodes_.insert(Party::standbys);
        }
        devices_ = nodes_;
        if (plan.pipeline.github) {
            devices_.insert(Party::pipeline);
        }
    }

    TailnetPolicy take() {
        add_sets();
        for (const Party party : devices_) {
            policy_.tags.push_back(tag_of(party));
        }
        std::ranges::sort(policy_.tags);
        add_grants();
        add_approvers();
        add_tests();
        return std::move(policy_);
    }

private:
    std::vector<net::Cidr> addresses_of(Party party) const {
        std::vector<net::Cidr> addresses;
        for (const NodePlan& node : plan_.nodes) {
            if (party_of(node.role) == party) {
                addresses.push_back(net::Cidr::host(node.address));
            }
        }
        if (party == Party::standbys) {
            for (const Subnet& subnet : plan_.cloud->subnets) {
                addresses.push_back(subnet.cidr);
            }
        }
        std::ranges::sort(addresses);
        return addresses;
    }

    void add_sets() {
        for (const Party party : nodes_) {
            policy_.sets.push_back({
                .name = set_of(party),
                .addresses = addresses_of(party),
                .why = party == Party::standbys
                           ? "where replacements get their addresses when they are rented"
                           : "their own addresses, by which nodes know each other",
            });
        }
        std::ranges::sort(policy_.sets, {}, &AddressSet::name);
    }

    void grant(Flow flow) {
        std::erase_if(flow.to, [&](Party party) { return !devices_.contains(party); });
        std::vector<std::string> from;
        for (const Party party : flow.from) {
            if (party == Party::operators) {
                from.insert(from.end(), {"autogroup:admin", "autogroup:owner"});
            } else if (devices_.contains(party)) {
                add_selectors(party, flow.source, from);
            }
        }
        std::vector<std::string> to;
        for (const Party party : flow.to) {
            add_selectors(party, flow.target, to);
        }
        if (!from.empty() && !to.empty()) {
            policy_.grants.push_back(
                {std::move(from), std::move(to), std::move(flow.ports), std::move(flow.why)}
            );
        }
    }

    static void add_selectors(Party party, Face face, std::vector<std::string>& selectors) {
        if (face == Face::any) {
            selectors.push_back(tag_of(party));
        }
        if (const std::string set = set_of(party); !set.empty()) {
            selectors.push_back(set);
        }
    }

    /// Who dials this port of a party, by the matrix of certificates. Standbys are workers that do
    /// not exist yet.
    Parties callers(int port, Party server) const {
        Parties parties;
        for (const pki::TrustEdge& edge : plan_.trust.edges) {
            const CertificateName client = parse_name(edge.client);
            const CertificateName at = parse_name(edge.server);
            const NodePlan* server_node = plan_.find_node(at.holder);
            if (port_of(at.purpose) != port || server_node == nullptr ||
                client.holder == at.holder || party_of(server_node->role) != server) {
                continue;
            }
            const NodePlan* client_node = plan_.find_node(client.holder);
            parties.insert(client_node == nullptr ? Party::operators : party_of(client_node->role));
        }
        if (parties.contains(Party::workers)) {
            parties.insert(Party::standbys);
        }
        return parties;
    }

    void add_grants() {
        // `deploy` asks the API server about nodes and pods.
        Parties api = callers(api_port, Party::control_planes);
        api.insert({Party::operators, Party::pipeline});
        if (nodes_.contains(Party::standbys)) {
            api.insert(Party::standbys);
        }
        grant({
            .from = api,
            .to = {Party::control_planes},
            .ports = {tcp(api_port)},
            .why = "the API servers; they authenticate every request",
        });
        grant({
            .from = callers(etcd_peer_port, Party::control_planes),
            .to = {Party::control_planes},
            .ports = {tcp(etcd_client_port), tcp(etcd_peer_port)},
            .target = Face::own_only,
            .why = "etcd, between its members",
        });
        grant({
            .from = nodes_,
            .to = nodes_,
            .ports = {tcp(kubelet_port)},
            .target = Face::own_only,
            .why =
                "kubelets, for the API servers and for metrics-server, which may run on any node",
        });
        grant({
            .from = nodes_,
            .to = nodes_,
            .ports = {fmt::format("udp:{}", vxlan_port)},
            .source = Face::own_only,
            .target = Face::own_only,
            .why = "VXLAN between pods of different sites; Felix takes it only from nodes' own "
                   "addresses",
        });
        Parties asking = nodes_;
        asking.insert({Party::operators, Party::pipeline});
        grant({
            .from = asking,
            .to = nodes_,
            .ports = {"icmp:*"},
            .why = "path MTU discovery, and the probe of 1280 bytes that confirms a deployment",
        });
        grant({
            .from = {Party::operators, Party::pipeline},
            .to = nodes_,
            .ports = {tcp(22)},
            .why = "sshd, for operators and deployment; no node needs a shell on another",
        });
    }

    static std::string tcp(int port) { return fmt::format("tcp:{}", port); }

    void add_approvers() {
        for (const NodePlan& node : plan_.nodes) {
            for (const Route& route : node.routes) {
                policy_.approvers.push_back({route.to, tag_of(party_of(node.role))});
            }
        }
        if (nodes_.contains(Party::standbys)) {
            for (const Subnet& subnet : plan_.cloud->subnets) {
                policy_.approvers.push_back({subnet.cidr, std::string(standby_tag)});
            }
        }
        std::ranges::sort(policy_.approvers, {}, &Approver::route);
    }

    /// The first node of each role in each site: what holds for it holds for its neighbours.
    std::vector<std::string> examples(Party party) const {
        std::vector<std::string> names;
        std::set<std::string> sites;
        for (const NodePlan& node : plan_.nodes) {
            if (party_of(node.role) == party && sites.insert(node.site).second) {
                names.push_back(node.name);
            }
        }
        return names;
    }

    static std::vector<std::string>
    at(const std::vector<std::string>& hosts, std::vector<int> ports) {
        std::vector<std::string> targets;
        for (const std::string& host : hosts) {
            for (const int port : ports) {
                targets.push_back(fmt::format("{}:{}", host, port));
            }
        }
        return targets;
    }

    static std::vector<std::string>
    both(std::vector<std::string> left, const std::vector<std::string>& right) {
        left.insert(left.end(), right.begin(), right.end());
        return left;
    }

    void add_tests() {
        const std::vector<std::string> control = examples(Party::control_planes);
        const std::vector<std::string> workers = examples(Party::workers);
        const std::vector<std::string> all = both(control, workers);
        const bool has_members = !callers(etcd_peer_port, Party::control_planes).empty();
        const std::vector<std::string> etcd = at(control, {etcd_client_port, etcd_peer_port});
        policy_.tests.push_back({
            .from = tag_of(Party::control_planes),
            .protocol = "tcp",
            .accept =
                both(at(all, {kubelet_port}), has_members ? etcd : std::vector<std::string>{}),
            .deny = both(at(all, {22}), has_members ? at(workers, {etcd_client_port}) : etcd),
        });
        for (const Party party : {Party::workers, Party::standbys}) {
            if (nodes_.contains(party)) {
                policy_.tests.push_back({
                    .from = tag_of(party),
                    .protocol = "tcp",
                    .accept = both(at(control, {api_port}), at(all, {kubelet_port})),
                    .deny = both(at(all, {22}), etcd),
                });
            }
        }
        if (devices_.contains(Party::pipeline)) {
            policy_.tests.push_back({
                .from = std::string(pipeline_tag),
                .protocol = "tcp",
                .accept = both(at(all, {22}), at(control, {api_port})),
                .deny = both(at(all, {kubelet_port}), etcd),
            });
            policy_.tests.push_back({
                .from = std::string(pipeline_tag),
                .protocol = "udp",
                .deny = at(all, {vxlan_port}),
            });
        }
        for (const std::string& host : workers) {
            policy_.tests.push_back({
                .from = host,
                .protocol = "udp",
                .accept = at(control, {vxlan_port}),
                .deny = at(control, {53}),
            });
        }
    }

    const Plan& plan_;
    Parties nodes_{};   ///< Machines of the cluster.
    Parties devices_{}; ///< All that have a tag.
    TailnetPolicy policy_{};
};

} // namespace

std::string tailnet_tag(std::string_view role) {
    return fmt::format("tag:{}", role);
}

TailnetPolicy plan_tailnet_policy(const Context& context, const Plan& plan) {
    return Policy(context, plan).take();
}

} // namespace ducksnest::plan
