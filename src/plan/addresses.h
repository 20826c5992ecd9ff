#pragma once

#include "model/homelab.h"
#include "net/address.h"

#include <cstddef>
#include <vector>

namespace ducksnest::plan {

/// One address per node, in the order of `homelab.nodes`.
struct AddressPlan {
    std::vector<net::Address> addresses{};
    std::vector<std::size_t> unplaced{}; ///< Nodes whose site has no free address left.
};

/// Declared addresses stand. Every other node gets one from the hash of its name, in the upper half
/// of its site's network, the next free one when it is taken: a node that joins or leaves moves
/// another only if their hashes collide. Never given: the network's own address, broadcast, the
/// gateway, and what AWS keeps in each subnet (VPC guide, "Subnet CIDR reservations").
AddressPlan plan_addresses(const model::Homelab& homelab);

} // namespace ducksnest::plan
