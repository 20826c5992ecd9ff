#include "base/text.h"
#include "pipeline/hujson.h"
#include "pipeline/tailnet.h"
#include "plan/plan.h"
#include "plan/testing/homelabs.h"
#include "plan/versions.h"
#include "render/policy.h"
#include "support/homelab.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace ducksnest {
namespace {

using testing::Tailnet;
using Complaints = std::vector<std::string>;

Json policy_of(const plan::Plan& plan) {
    const auto text = testing::plain_json(render::render_policy(plan.tailnet_policy));
    REQUIRE(text.has_value());
    Result<Json> json = Json::parse(*text);
    REQUIRE(json.has_value());
    return *std::move(json);
}

/// Homelabs of all shapes: the owner's, three control planes over both sites, one site without a
/// cloud, and one without disaster recovery.
std::vector<plan::Plan> plans() {
    std::vector<plan::Plan> made;
    made.push_back(plan::make_plan(testing::homelab_of(testing::example_text())));
    made.push_back(plan::make_plan(plan::testing::three_control_planes()));
    model::Homelab own = plan::testing::owners_homelab();
    std::erase_if(own.sites, [](const model::Site& site) { return site.name == "aws"; });
    plan::testing::erase_node(own, "control-plane");
    plan::testing::node(own, "firebat").role.value = model::Role::control_plane;
    own.dr.reset();
    made.push_back(plan::make_plan(own));
    model::Homelab unprotected = plan::testing::owners_homelab();
    unprotected.dr.reset();
    made.push_back(plan::make_plan(unprotected));
    return made;
}

std::string tag(const plan::NodePlan& node) {
    return plan::tailnet_tag(model::to_string(node.role));
}

TEST_CASE("tailnet policy: every rendered one is HuJSON and passes its own tests") {
    for (const plan::Plan& plan : plans()) {
        CHECK(Tailnet(policy_of(plan)).complaints() == Complaints{});
    }
}

TEST_CASE("tailnet policy: every connection of the matrix of certificates is allowed") {
    for (const plan::Plan& plan : plans()) {
        const Tailnet tailnet(policy_of(plan));
        std::size_t seen = 0;
        for (const pki::TrustEdge& edge : plan.trust.edges) {
            const auto client = split(edge.client, '/');
            const auto server = split(edge.server, '/');
            if (server[0] != "nodes" || client[1] == server[1]) {
                continue; // On one machine.
            }
            const int port = server[2] == "apiserver"     ? plan::api_port
                             : server[2] == "etcd-server" ? plan::etcd_client_port
                             : server[2] == "etcd-peer"   ? plan::etcd_peer_port
                                                          : plan::kubelet_port;
            const std::string to = net::to_string(plan.find_node(server[1])->address);
            if (client[0] == "operators") {
                CHECK(tailnet.allows({"autogroup:admin", to, "tcp", port}));
                continue;
            }
            const plan::NodePlan& from = *plan.find_node(client[1]);
            CAPTURE(edge.client);
            CAPTURE(edge.server);
            CHECK(tailnet.allows({tag(from), to, "tcp", port}));
            CHECK(tailnet.allows({net::to_string(from.address), to, "tcp", port}));
            ++seen;
        }
        CHECK(seen > 0);
    }
}

TEST_CASE("tailnet policy: nothing is granted that the firewall of a node would not let in") {
    for (const plan::Plan& plan : plans()) {
        for (const plan::Grant& grant : plan.tailnet_policy.grants) {
            for (const std::string& spec : grant.ports) {
                const auto parts = split(spec, ':');
                if (parts[0] == "icmp") {
                    continue;
                }
                const int port = std::stoi(std::string(parts[1]));
                for (const plan::NodePlan& node : plan.nodes) {
                    const bool is_meant =
                        std::ranges::find(grant.to, tag(node)) != grant.to.end() ||
                        std::ranges::any_of(plan.tailnet_policy.sets, [&](const auto& set) {
                            return std::ranges::find(grant.to, set.name) != grant.to.end() &&
                                   std::ranges::find(
                                       set.addresses, net::Cidr::host(node.address)
                                   ) != set.addresses.end();
                        });
                    const bool is_open =
                        std::ranges::any_of(node.profile->firewall, [&](const auto& opening) {
                            return opening.protocol == parts[0] && opening.first <= port &&
                                   port <= opening.last;
                        });
                    CHECK((!is_meant || is_open));
                }
            }
        }
    }
}

TEST_CASE("tailnet policy: every opening but the tunnel's own is for somebody") {
    for (const plan::Plan& plan : plans()) {
        const Tailnet tailnet(policy_of(plan));
        for (const plan::NodePlan& node : plan.nodes) {
            for (const plan::FirewallPort& opening : node.profile->firewall) {
                if (opening.first == plan::tailscale_port) {
                    continue;
                }
                CAPTURE(node.name);
                CAPTURE(opening.first);
                const std::string to = net::to_string(node.address);
                const bool is_used =
                    std::ranges::any_of(plan.nodes, [&](const plan::NodePlan& from) {
                        return tailnet.allows(
                            {net::to_string(from.address), to, opening.protocol, opening.first}
                        );
                    });
                const bool is_operators =
                    tailnet.allows({"autogroup:admin", to, opening.protocol, opening.first});
                CHECK((is_used || is_operators));
            }
        }
    }
}

TEST_CASE("tailnet policy: each announced route is approved for its own role and for no other") {
    for (const plan::Plan& plan : plans()) {
        const Tailnet tailnet(policy_of(plan));
        for (const plan::NodePlan& node : plan.nodes) {
            for (const plan::Route& route : node.routes) {
                CHECK(tailnet.approves(tag(node), net::to_string(route.to)));
                CHECK_FALSE(tailnet.approves("tag:ci", net::to_string(route.to)));
            }
        }
        CHECK_FALSE(tailnet.approves("tag:worker", "0.0.0.0/0"));
        CHECK_FALSE(tailnet.approves("tag:standby", "192.168.0.11/32"));
    }
}

TEST_CASE("tailnet policy: what nobody needs is denied") {
    const plan::Plan plan = plan::make_plan(testing::homelab_of(testing::example_text()));
    const Tailnet tailnet(policy_of(plan));
    const std::string control_plane = "10.20.1.10";
    const std::string worker = "192.168.0.11";
    const std::string other_worker = "192.168.0.12";
    CHECK_FALSE(tailnet.allows({worker, other_worker, "tcp", 22}));
    CHECK_FALSE(tailnet.allows({"tag:worker", control_plane, "tcp", 22}));
    CHECK_FALSE(tailnet.allows({"tag:control-plane", worker, "tcp", 22}));
    CHECK_FALSE(tailnet.allows({"tag:ci", worker, "tcp", 10250}));
    CHECK_FALSE(tailnet.allows({"tag:ci", control_plane, "tcp", 2379}));
    CHECK_FALSE(tailnet.allows({"autogroup:admin", control_plane, "tcp", 2379}));
    CHECK_FALSE(tailnet.allows({"100.64.0.9", worker, "udp", 4789}));
    CHECK_FALSE(tailnet.allows({"autogroup:member", worker, "tcp", 22}));
    CHECK_FALSE(tailnet.allows({worker, "tag:ci", "tcp", 22}));
    CHECK(tailnet.allows({"tag:standby", control_plane, "tcp", 6443}));
    CHECK(tailnet.allows({"10.20.7.7", worker, "udp", 4789}));
    CHECK(tailnet.allows({worker, control_plane, "icmp", 0}));
}

TEST_CASE("tailnet policy: its own tests notice a grant that is lost and one that is too wide") {
    const plan::Plan plan = plan::make_plan(testing::homelab_of(testing::example_text()));
    const Json policy = policy_of(plan);
    const Json::Array grants = *policy.find("grants")->as_array();
    // ICMP has no ports, so the policy language can state no test about it.
    std::size_t noticed = 0;
    for (std::size_t i = 0; i < grants.size(); ++i) {
        Json::Array fewer = grants;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        Json damaged = policy;
        damaged.set("grants", std::move(fewer));
        noticed += Tailnet(damaged).complaints().empty() ? 0U : 1U;
    }
    CHECK(noticed == grants.size() - 1);
    Json::Array more = grants;
    more.push_back(Json::object(
        {{"src", Json::array({"*"})}, {"dst", Json::array({"*"})}, {"ip", Json::array({"*"})}}
    ));
    Json opened = policy;
    opened.set("grants", std::move(more));
    CHECK(Tailnet(opened).complaints().size() > 10);
}

TEST_CASE("tailnet policy: a name that is not defined is told") {
    const plan::Plan plan = plan::make_plan(testing::homelab_of(testing::example_text()));
    Json policy = policy_of(plan);
    policy.erase("ipsets");
    const Complaints complaints = Tailnet(policy).complaints();
    CHECK(std::ranges::find(complaints, "`ipset:workers` is not defined") != complaints.end());
}

TEST_CASE("hujson: comments and trailing commas go, strings stay") {
    const auto plain = [](std::string_view text) { return testing::plain_json(text).value(); };
    CHECK(
        plain("{\"a\": \"// no, /* neither */ \\\" ,]\",}") ==
        "{\"a\": \"// no, /* neither */ \\\" ,]\" }"
    );
    CHECK(plain("[1, // one\n 2, /* two\n */ ]") == "[1,       \n 2        \n    ]");
    CHECK_FALSE(Json::parse(plain("[1,,]")).has_value());
    CHECK_FALSE(Json::parse(plain("[,]")).has_value());
    CHECK_FALSE(Json::parse(plain("{\"a\":,}")).has_value());
    CHECK_FALSE(testing::plain_json("/* open").has_value());
    CHECK_FALSE(testing::plain_json("\"open").has_value());
}

} // namespace
} // namespace ducksnest
