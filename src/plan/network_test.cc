#include "plan/network.h"
#include "plan/testing/homelabs.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace ducksnest::plan {
namespace {

const FirewallPort*
find(const std::vector<FirewallPort>& ports, std::string_view protocol, int number) {
    const auto at = std::ranges::find_if(ports, [&](const FirewallPort& port) {
        return port.protocol == protocol && port.first <= number && number <= port.last;
    });
    return at == ports.end() ? nullptr : &*at;
}

TEST_CASE("network: a node announces its own address and nothing wider") {
    const model::Homelab homelab = testing::owners_homelab();
    const Context context = make_context(homelab);
    for (const Machine& machine : context.machines) {
        const std::vector<Route> routes = routes_of(machine);
        REQUIRE(routes.size() == 1);
        CHECK(routes[0].to == net::Cidr::host(machine.address));
    }
}

TEST_CASE("network: LAN and pods are looked up before Tailscale's table") {
    const model::Homelab homelab = testing::owners_homelab();
    const Context context = make_context(homelab);
    const std::vector<IpRule> rules = ip_rules_of(context, context.machines[1]); // firebat
    REQUIRE(rules.size() == 2);
    CHECK(net::to_string(rules[0].to) == "192.168.0.0/24");
    CHECK(net::to_string(rules[1].to) == "10.244.0.0/16");
    for (const IpRule& rule : rules) {
        CHECK(rule.table == "main");
        CHECK(rule.priority < 5210); // the first rule of tailscaled; its table 52 is at 5270
    }
}

TEST_CASE("network: another site sees a node's own address, whatever the kernel chose") {
    const model::Homelab homelab = testing::owners_homelab();
    const Context context = make_context(homelab);
    const Machine& firebat = context.machines[1];
    const std::vector<TunnelSource> sources = tunnel_sources_of(context, firebat);
    REQUIRE(sources.size() == 1);
    CHECK(net::to_string(sources[0].from) == "100.64.0.0/10");
    CHECK(net::to_string(sources[0].to) == "10.20.0.0/16");
    CHECK(sources[0].source == firebat.address);
}

TEST_CASE("network: one control plane opens the API and keeps etcd to itself") {
    const model::Homelab homelab = testing::owners_homelab();
    const Context context = make_context(homelab);
    const std::vector<FirewallPort> ports = firewall_of(context, model::Role::control_plane);
    CHECK(find(ports, "tcp", 6443) != nullptr);
    CHECK(find(ports, "tcp", 2379) == nullptr);
    CHECK(find(ports, "tcp", 2380) == nullptr);
}

TEST_CASE("network: three control planes open etcd to one another and to nobody else") {
    const model::Homelab homelab = testing::three_control_planes();
    const Context context = make_context(homelab);
    const std::vector<FirewallPort> ports = firewall_of(context, model::Role::control_plane);
    for (const int number : {2379, 2380}) {
        const FirewallPort* port = find(ports, "tcp", number);
        REQUIRE(port != nullptr);
        REQUIRE(port->sources.size() == 3);
        CHECK(net::to_string(port->sources[0]) == "10.20.1.10/32");
        CHECK(net::to_string(port->sources[1]) == "192.168.0.11/32");
        CHECK(net::to_string(port->sources[2]) == "192.168.0.12/32");
    }
}

TEST_CASE(
    "network: a worker opens the kubelet, VXLAN, WireGuard and SSH, each with sources and a reason"
) {
    const model::Homelab homelab = testing::owners_homelab();
    const Context context = make_context(homelab);
    const std::vector<FirewallPort> ports = firewall_of(context, model::Role::worker);
    CHECK(ports.size() == 4);
    for (const FirewallPort& port : ports) {
        CHECK_FALSE(port.sources.empty());
        CHECK_FALSE(port.why.empty());
    }
    CHECK(find(ports, "tcp", 6443) == nullptr);
    CHECK(find(ports, "udp", 4789) != nullptr);
    CHECK(find(ports, "udp", 41641) != nullptr);
    const FirewallPort* kubelet = find(ports, "tcp", 10250);
    REQUIRE(kubelet != nullptr);
    // An API server in the cloud reaches a kubelet at home from its address in the tailnet.
    CHECK(std::ranges::find(kubelet->sources, *homelab.network.tailnet) != kubelet->sources.end());
}

} // namespace
} // namespace ducksnest::plan
