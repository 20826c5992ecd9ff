#include "net/mtu.h"

#include <fmt/format.h>

namespace ducksnest::net {

int vxlan_overhead(Family underlay) {
    constexpr int udp = 8;
    constexpr int vxlan = 8;
    constexpr int ethernet = 14;
    return (underlay == Family::v4 ? 20 : 40) + udp + vxlan + ethernet;
}

PathMtu pod_mtu(int tailnet_mtu, Family underlay) {
    const int overhead = vxlan_overhead(underlay);
    return {
        .bytes = tailnet_mtu - overhead,
        .reason = fmt::format("tailnet {} - VXLAN {}", tailnet_mtu, overhead),
    };
}

} // namespace ducksnest::net
