#include "net/mtu.h"

#include <doctest/doctest.h>

namespace ducksnest::net {

TEST_CASE("mtu: VXLAN costs 50 bytes over IPv4 and 70 over IPv6") {
    CHECK(vxlan_overhead(Family::v4) == 50);
    CHECK(vxlan_overhead(Family::v6) == 70);
}

TEST_CASE("mtu: a pod's packet fits into the tailnet after encapsulation") {
    CHECK(pod_mtu(1280, Family::v4) == PathMtu{1230, "tailnet 1280 - VXLAN 50"});
    CHECK(pod_mtu(1420, Family::v4).bytes == 1370);
    CHECK(pod_mtu(1280, Family::v6) == PathMtu{1210, "tailnet 1280 - VXLAN 70"});
}

} // namespace ducksnest::net
