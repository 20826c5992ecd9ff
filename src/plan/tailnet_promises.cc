#include "plan/tailnet_party.h"
#include "plan/versions.h"

#include <fmt/format.h>

namespace ducksnest::plan {
namespace {

using Names = std::vector<std::string>;

/// The first node of each role in each site: what holds for it holds for its neighbours.
Names examples(const Plan& plan, Party party) {
    Names names;
    std::set<std::string> sites;
    for (const NodePlan& node : plan.nodes) {
        if (party_of(node.role) == party && sites.insert(node.site).second) {
            names.push_back(node.name);
        }
    }
    return names;
}

Names at(const Names& hosts, const std::vector<int>& ports) {
    Names targets;
    for (const std::string& host : hosts) {
        for (const int port : ports) {
            targets.push_back(fmt::format("{}:{}", host, port));
        }
    }
    return targets;
}

Names both(Names left, const Names& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

} // namespace

std::vector<PolicyTest> tailnet_promises(const Plan& plan) {
    const Names control = examples(plan, Party::control_planes);
    const Names workers = examples(plan, Party::workers);
    const Names all = both(control, workers);
    const bool has_members = !callers(plan, etcd_peer_port, Party::control_planes).empty();
    const Names etcd = at(control, {etcd_client_port, etcd_peer_port});
    std::vector<PolicyTest> tests;
    tests.push_back({
        .from = tag_of(Party::control_planes),
        .protocol = "tcp",
        .accept = both(at(all, {kubelet_port}), has_members ? etcd : Names{}),
        .deny = both(at(all, {22}), has_members ? at(workers, {etcd_client_port}) : etcd),
    });
    const Parties devices = devices_of(plan);
    for (const Party party : {Party::workers, Party::standbys}) {
        if (devices.contains(party)) {
            tests.push_back({
                .from = tag_of(party),
                .protocol = "tcp",
                .accept = both(at(control, {api_port}), at(all, {kubelet_port})),
                .deny = both(at(all, {22}), etcd),
            });
        }
    }
    if (devices.contains(Party::pipeline)) {
        tests.push_back({
            .from = tag_of(Party::pipeline),
            .protocol = "tcp",
            .accept = both(at(all, {22}), at(control, {api_port})),
            .deny = both(at(all, {kubelet_port}), etcd),
        });
        tests.push_back({
            .from = tag_of(Party::pipeline),
            .protocol = "udp",
            .deny = at(all, {vxlan_port}),
        });
    }
    for (const std::string& host : workers) {
        tests.push_back({
            .from = host,
            .protocol = "udp",
            .accept = at(control, {vxlan_port}),
            .deny = at(control, {53}),
        });
    }
    return tests;
}

} // namespace ducksnest::plan
