#pragma once

#include "net/address.h"

#include <string>

namespace ducksnest::net {

/// What VXLAN adds to a packet, in bytes: outer IP header, UDP 8, VXLAN 8, inner Ethernet 14
/// (RFC 7348 section 5), with 20 bytes of outer IPv4 or 40 of outer IPv6.
int vxlan_overhead(Family underlay);

/// The largest packet a pod may send, and how it came about: "tailnet 1280 - VXLAN 50".
struct PathMtu {
    int bytes = 0;
    std::string reason{};

    bool operator==(const PathMtu&) const = default;
};

/// The MTU of pods whose packets travel as VXLAN inside the tailnet. One value for every node: a
/// pod cannot know which road its packet will take.
PathMtu pod_mtu(int tailnet_mtu, Family underlay);

} // namespace ducksnest::net
