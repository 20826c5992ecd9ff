#include "plan/tailnet_policy.h"

#include "plan/tailnet_party.h"
#include "plan/versions.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::plan {
namespace {

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

class Policy {
public:
    explicit Policy(const Plan& plan)
        : plan_(plan)
        , nodes_(machines_of(plan))
        , devices_(devices_of(plan)) {}

    TailnetPolicy take() {
        for (const NodePlan& node : plan_.nodes) {
            policy_.hosts.emplace(node.name, node.address);
        }
        add_sets();
        for (const Party party : devices_) {
            policy_.tags.push_back(tag_of(party));
        }
        std::ranges::sort(policy_.tags);
        add_grants();
        add_approvers();
        policy_.tests = tailnet_promises(plan_);
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

    void add_grants() {
        // `deploy` asks the API server about nodes and pods.
        Parties api = callers(plan_, api_port, Party::control_planes);
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
            .from = callers(plan_, etcd_peer_port, Party::control_planes),
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

    const Plan& plan_;
    Parties nodes_;
    Parties devices_;
    TailnetPolicy policy_{};
};

} // namespace

std::string tailnet_tag(std::string_view role) {
    return fmt::format("tag:{}", role);
}

TailnetPolicy plan_tailnet_policy(const Plan& plan) {
    return Policy(plan).take();
}

} // namespace ducksnest::plan
