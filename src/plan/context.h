#pragma once

#include "model/homelab.h"
#include "net/address.h"
#include "net/mtu.h"
#include "plan/capacity.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace ducksnest::plan {

/// One machine with its address and its room for pods settled.
struct Machine {
    const model::Node* node = nullptr;
    const model::Site* site = nullptr;
    net::Address address{};
    std::string address_text{};
    MemoryClass memory_class = MemoryClass::large;
    Capacity left{}; ///< For pods.
};

/// What every component asks for, worked out once. Lives only while a plan is made.
struct Context {
    const model::Homelab* homelab = nullptr;
    std::vector<Machine> machines{};     ///< Sorted by name.
    std::vector<std::size_t> unplaced{}; ///< Machines whose site has no address left.
    std::vector<const Machine*> control_planes{};
    bool balanced = false; ///< More than one API server: a balancer on each node.
    bool log_agent = false;
    bool cache_proxy = false;
    net::Address service_ip{};
    net::Address dns_ip{};
    net::PathMtu mtu{};
    std::string node_api_server{}; ///< What nodes dial.
    std::string node_api_name{};   ///< The name or address they check there.

    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    Context(Context&&) = default;
    Context& operator=(Context&&) = default;
};

Context make_context(const model::Homelab& homelab);

/// What a machine has left for pods.
Capacity
capacity_of(const Context& context, model::Role role, model::Mebibytes memory, std::int64_t cpus);
/// What runs on a machine of this role and size besides pods.
MachineUse use_of(const Context& context, model::Role role, MemoryClass memory_class);
/// Whether the node asks for the NVIDIA runtime.
bool has_nvidia(const model::Node& node);

/// "https://10.20.1.10:6443", IPv6 in brackets.
std::string https_url(const net::Address& address, int port);
/// "10.20.1.10:2379", IPv6 in brackets.
std::string host_port(const net::Address& address, int port);
/// "firebat.duck.ts.net", when the tailnet's domain is known.
std::optional<std::string> tailnet_name(const Context& context, const model::Node& node);

} // namespace ducksnest::plan
