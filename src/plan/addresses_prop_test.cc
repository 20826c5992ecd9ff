#include "plan/addresses.h"
#include "plan/testing/homelabs.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <set>

namespace ducksnest::plan {

TEST_CASE("addresses: unique, inside their site, never reserved, for any set of names") {
    CHECK(rc::check([] {
        model::Homelab homelab = testing::owners_homelab();
        const auto names =
            *rc::gen::container<std::set<std::uint16_t>>(rc::gen::arbitrary<std::uint16_t>());
        for (const std::uint16_t name : names) {
            testing::add_node(homelab, {.name = fmt::format("n{}", name), .site = "aws"});
        }
        const AddressPlan plan = plan_addresses(homelab);
        RC_ASSERT(plan.unplaced.empty());
        std::set<net::Address> seen;
        for (std::size_t i = 0; i < homelab.nodes.size(); ++i) {
            const net::Address& address = plan.addresses[i];
            RC_ASSERT(homelab.find_site(*homelab.nodes[i].site)->cidr->contains(address));
            RC_ASSERT(seen.insert(address).second);
            if (!homelab.nodes[i].address) {
                const std::uint8_t low = address.bytes[3];
                RC_ASSERT(low > 3 && low < 255);
            }
        }
    }));
}

TEST_CASE("addresses: a full site gives every address it may give") {
    CHECK(rc::check([] {
        const int prefix = *rc::gen::inRange(24, 31);
        model::Homelab homelab = testing::owners_homelab();
        for (const char* name : {"firebat", "old", "ultra"}) {
            testing::erase_node(homelab, name);
        }
        homelab.sites[1].cidr.value = {*net::parse_address("192.168.0.0"), prefix};
        const int usable = (1 << (32 - prefix)) - 3; // network, gateway, broadcast
        for (int i = 0; i < usable; ++i) {
            testing::add_node(homelab, {.name = fmt::format("n{}", i), .site = "home"});
        }
        RC_ASSERT(plan_addresses(homelab).unplaced.empty());
        testing::add_node(homelab, {.name = "one-too-many", .site = "home"});
        RC_ASSERT(plan_addresses(homelab).unplaced.size() == 1);
    }));
}

} // namespace ducksnest::plan
