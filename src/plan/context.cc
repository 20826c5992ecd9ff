#include "plan/context.h"

#include "plan/addresses.h"
#include "plan/versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace ducksnest::plan {
namespace {

/// The n-th address of a range, for the fixed addresses of the service network.
net::Address nth(const net::Cidr& cidr, std::uint8_t n) {
    net::Address address = cidr.address;
    address.bytes.at(static_cast<std::size_t>(address.bits() / 8 - 1)) |= n;
    return address;
}

net::PathMtu mtu_of(const model::Network& network, net::Family underlay) {
    if (network.calico.mtu) {
        return {.bytes = static_cast<int>(**network.calico.mtu), .reason = "declared"};
    }
    return net::pod_mtu(static_cast<int>(*network.tailnet_mtu), underlay);
}

/// Reserves depend on role and memory class only: six cases, however many machines.
void settle_capacity(Context& context) {
    std::map<std::pair<model::Role, MemoryClass>, std::vector<Reserve>> known;
    for (Machine& machine : context.machines) {
        const model::Node& node = *machine.node;
        machine.memory_class = memory_class_of(*node.memory);
        auto [at, is_new] = known.try_emplace({*node.role, machine.memory_class});
        if (is_new) {
            at->second = reserves_of(use_of(context, *node.role, machine.memory_class));
        }
        machine.left =
            allocatable({.memory = *node.memory, .millicpus = *node.cpus * 1000}, at->second);
    }
}

} // namespace

Context make_context(const model::Homelab& homelab) {
    Context context;
    context.homelab = &homelab;
    AddressPlan addresses = plan_addresses(homelab);
    context.unplaced = std::move(addresses.unplaced);
    context.machines.reserve(homelab.nodes.size());
    for (std::size_t i = 0; i < homelab.nodes.size(); ++i) {
        const model::Node& node = homelab.nodes[i];
        context.machines.push_back(
            {.node = &node,
             .site = homelab.find_site(*node.site),
             .address = addresses.addresses[i],
             .address_text = net::to_string(addresses.addresses[i])}
        );
    }
    for (const Machine& machine : context.machines) {
        if (*machine.node->role == model::Role::control_plane) {
            context.control_planes.push_back(&machine);
        }
    }
    context.balanced = context.control_planes.size() > 1;
    context.log_agent = homelab.logs.has_value();
    settle_capacity(context);
    context.cache_proxy = homelab.cache.has_value();
    // Kubernetes gives `kubernetes.default` the first address; the tenth is DNS by long custom.
    context.service_ip = nth(*homelab.network.services, 1);
    context.dns_ip = nth(*homelab.network.services, 10);
    const bool has_v6 = std::ranges::any_of(context.machines, [](const Machine& machine) {
        return machine.address.family == net::Family::v6;
    });
    context.mtu = mtu_of(homelab.network, has_v6 ? net::Family::v6 : net::Family::v4);
    if (context.balanced) {
        context.node_api_name = "127.0.0.1";
        context.node_api_server = fmt::format("https://127.0.0.1:{}", balancer_port);
    } else if (!context.control_planes.empty()) {
        context.node_api_name = context.control_planes.front()->address_text;
        context.node_api_server = https_url(context.control_planes.front()->address, api_port);
    }
    return context;
}

MachineUse use_of(const Context& context, model::Role role, MemoryClass memory_class) {
    return {
        .memory_class = memory_class,
        .role = role,
        .api_balancer = context.balanced,
        .log_agent = context.log_agent,
    };
}

Capacity
capacity_of(const Context& context, model::Role role, model::Mebibytes memory, std::int64_t cpus) {
    return allocatable(
        {.memory = memory, .millicpus = cpus * 1000},
        reserves_of(use_of(context, role, memory_class_of(memory)))
    );
}

bool has_nvidia(const model::Node& node) {
    return node.gpu && node.gpu->value.starts_with("nvidia-");
}

std::string host_port(const net::Address& address, int port) {
    const bool bracket = address.family == net::Family::v6;
    return fmt::format(
        "{}{}{}:{}", bracket ? "[" : "", net::to_string(address), bracket ? "]" : "", port
    );
}

std::string https_url(const net::Address& address, int port) {
    return "https://" + host_port(address, port);
}

std::optional<std::string> tailnet_name(const Context& context, const model::Node& node) {
    const auto& domain = context.homelab->network.tailnet_domain;
    if (!domain) {
        return std::nullopt;
    }
    return fmt::format("{}.{}", node.name, **domain);
}

} // namespace ducksnest::plan
