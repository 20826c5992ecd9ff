#include "plan/tailnet_party.h"

#include "base/text.h"
#include "plan/versions.h"

#include <map>
#include <optional>

namespace ducksnest::plan {
namespace {

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

} // namespace

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

Parties machines_of(const Plan& plan) {
    Parties machines;
    for (const NodePlan& node : plan.nodes) {
        machines.insert(party_of(node.role));
    }
    if (plan.cloud && !plan.cloud->slots.empty()) {
        machines.insert(Party::standbys);
    }
    return machines;
}

Parties devices_of(const Plan& plan) {
    Parties devices = machines_of(plan);
    if (plan.pipeline.deploys) {
        devices.insert(Party::pipeline);
    }
    return devices;
}

Parties callers(const Plan& plan, int port, Party server) {
    Parties parties;
    for (const pki::TrustEdge& edge : plan.trust.edges) {
        const CertificateName client = parse_name(edge.client);
        const CertificateName at = parse_name(edge.server);
        const NodePlan* server_node = plan.find_node(at.holder);
        if (port_of(at.purpose) != port || server_node == nullptr || client.holder == at.holder ||
            party_of(server_node->role) != server) {
            continue;
        }
        const NodePlan* client_node = plan.find_node(client.holder);
        parties.insert(client_node == nullptr ? Party::operators : party_of(client_node->role));
    }
    if (parties.contains(Party::workers)) {
        parties.insert(Party::standbys);
    }
    return parties;
}

} // namespace ducksnest::plan
