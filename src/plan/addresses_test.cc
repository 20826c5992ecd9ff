#include "plan/addresses.h"
#include "plan/testing/homelabs.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>

namespace ducksnest::plan {
namespace {

using testing::add_node;
using testing::erase_node;
using testing::owners_homelab;

std::map<std::string, std::string> by_name(const model::Homelab& homelab) {
    const AddressPlan plan = plan_addresses(homelab);
    std::map<std::string, std::string> addresses;
    for (std::size_t i = 0; i < homelab.nodes.size(); ++i) {
        addresses[homelab.nodes[i].name] = net::to_string(plan.addresses[i]);
    }
    return addresses;
}

TEST_CASE("addresses: declared ones stand") {
    CHECK(
        by_name(owners_homelab()) ==
        std::map<std::string, std::string>{
            {"control-plane", "10.20.1.10"},
            {"firebat", "192.168.0.11"},
            {"old", "192.168.0.13"},
            {"ultra", "192.168.0.12"},
        }
    );
}

TEST_CASE("addresses: others follow from the name and do not change from run to run") {
    model::Homelab homelab = owners_homelab();
    add_node(homelab, {.name = "mini", .site = "home"});
    add_node(homelab, {.name = "edge", .site = "aws"});
    // Pinned here: machines in the field keep their address through every upgrade of ducksnest.
    CHECK(by_name(homelab).at("mini") == "192.168.0.237");
    CHECK(by_name(homelab).at("edge") == "10.20.241.202");
}

TEST_CASE("addresses: a declared address is never given to another node") {
    model::Homelab homelab = owners_homelab();
    add_node(homelab, {.name = "mini", .site = "home"});
    const std::string taken = by_name(homelab).at("mini");
    add_node(homelab, {.name = "squatter", .site = "home", .address = taken});
    CHECK(by_name(homelab).at("squatter") == taken);
    CHECK(by_name(homelab).at("mini") != taken);
}

TEST_CASE("addresses: a joining node moves nobody without a collision") {
    model::Homelab homelab = owners_homelab();
    for (int i = 0; i < 20; ++i) {
        add_node(homelab, {.name = fmt::format("edge-{}", i), .site = "aws"});
    }
    const auto before = by_name(homelab);
    add_node(homelab, {.name = "another", .site = "aws"});
    auto after = by_name(homelab);
    after.erase("another");
    CHECK(after == before);
}

TEST_CASE("addresses: a site without room names the nodes that found no place") {
    model::Homelab homelab = owners_homelab();
    for (const char* name : {"firebat", "old", "ultra"}) {
        erase_node(homelab, name);
    }
    homelab.sites[1].cidr.value = *net::parse_cidr("192.168.0.0/29"); // .0 .1 and .7 are not given
    for (int i = 0; i < 6; ++i) {
        add_node(homelab, {.name = fmt::format("m{}", i), .site = "home"});
    }
    const AddressPlan plan = plan_addresses(homelab);
    REQUIRE(plan.unplaced.size() == 1);
    CHECK(homelab.nodes[plan.unplaced[0]].name == "m5");
}

TEST_CASE("addresses: a declared gateway is not given away and frees the first address") {
    model::Homelab homelab = owners_homelab();
    for (const char* name : {"firebat", "old", "ultra"}) {
        erase_node(homelab, name);
    }
    homelab.sites[1].cidr.value = *net::parse_cidr("192.168.0.0/30");
    homelab.sites[1].gateway =
        model::Spanned<net::Address>{.value = *net::parse_address("192.168.0.2"), .span = {}};
    add_node(homelab, {.name = "mini", .site = "home"});
    CHECK(by_name(homelab).at("mini") == "192.168.0.1");
}

} // namespace
} // namespace ducksnest::plan
