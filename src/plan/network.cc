#include "plan/network.h"

#include "plan/versions.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::plan {
namespace {

constexpr int rule_priority = 5200;

std::vector<net::Cidr> site_networks(const Context& context) {
    std::vector<net::Cidr> networks;
    for (const model::Site& site : context.homelab->sites) {
        networks.push_back(*site.cidr);
    }
    std::ranges::sort(networks);
    return networks;
}

std::vector<net::Cidr> with(std::vector<net::Cidr> networks, const net::Cidr& more) {
    networks.push_back(more);
    return networks;
}

FirewallPort
port(std::string_view protocol, int number, std::vector<net::Cidr> sources, std::string why) {
    return {
        .protocol = std::string(protocol),
        .first = number,
        .last = number,
        .sources = std::move(sources),
        .why = std::move(why),
    };
}

void add_control_plane(const Context& context, std::vector<FirewallPort>& ports) {
    const model::Network& network = context.homelab->network;
    ports.push_back(port(
        "tcp",
        api_port,
        with(with(site_networks(context), *network.pods), *network.tailnet),
        "kube-apiserver, for nodes, pods on this node and operators"
    ));
    if (!context.balanced) {
        return; // etcd is dialled on loopback only.
    }
    std::vector<net::Cidr> members;
    for (const Machine* machine : context.control_planes) {
        members.push_back(net::Cidr::host(machine->address));
    }
    std::ranges::sort(members);
    ports.push_back(
        port("tcp", etcd_client_port, members, "etcd, for the API servers of the other members")
    );
    ports.push_back(port("tcp", etcd_peer_port, std::move(members), "etcd, between its members"));
}

} // namespace

std::vector<Route> routes_of(const Machine& machine) {
    return {
        {.to = net::Cidr::host(machine.address),
         .device = "tailscale0",
         .why = "this node's own address, so that other sites reach it through the tailnet"}
    };
}

std::vector<IpRule> ip_rules_of(const Context& context, const Machine& machine) {
    return {
        {.priority = rule_priority,
         .to = *machine.site->cidr,
         .table = "main",
         .why = fmt::format(
             "traffic inside `{}` stays out of the tunnel, though neighbours announce their "
             "addresses to the tailnet",
             machine.site->name
         )},
        {.priority = rule_priority + 1,
         .to = *context.homelab->network.pods,
         .table = "main",
         .why = "Calico's routes to pods stand in main; nobody else may claim them"},
    };
}

std::vector<TunnelSource> tunnel_sources_of(const Context& context, const Machine& machine) {
    std::vector<TunnelSource> sources;
    for (const model::Site& site : context.homelab->sites) {
        if (site.name != machine.site->name) {
            sources.push_back(
                {.from = *context.homelab->network.tailnet,
                 .to = *site.cidr,
                 .source = machine.address,
                 .why = fmt::format("`{}` knows this node by its own address", site.name)}
            );
        }
    }
    std::ranges::sort(sources, {}, &TunnelSource::to);
    return sources;
}

std::vector<FirewallPort> firewall_of(const Context& context, model::Role role) {
    const model::Network& network = context.homelab->network;
    const std::vector<net::Cidr> sites = site_networks(context);
    const net::Address any = net::Address::v4(0);
    std::vector<FirewallPort> ports{
        port("tcp", 22, with(sites, *network.tailnet), "sshd, for operators and deployment"),
    };
    if (role == model::Role::control_plane) {
        add_control_plane(context, ports);
    }
    // What comes from another site through the tunnel comes from the sender's address in the
    // tailnet.
    ports.push_back(port(
        "tcp",
        kubelet_port,
        with(with(sites, *network.pods), *network.tailnet),
        "kubelet, for the API servers and metrics-server; it authenticates every request"
    ));
    ports.push_back(port("udp", vxlan_port, sites, "VXLAN between nodes"));
    ports.push_back(port(
        "udp",
        tailscale_port,
        {net::Cidr{any, 0}},
        "WireGuard, for direct connections between peers"
    ));
    return ports;
}

} // namespace ducksnest::plan
