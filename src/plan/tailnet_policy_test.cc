#include "plan/plan.h"
#include "plan/tailnet_policy.h"
#include "plan/testing/homelabs.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace ducksnest::plan {
namespace {

using Names = std::vector<std::string>;

const Grant* find(const TailnetPolicy& policy, const std::string& port) {
    const auto at = std::ranges::find_if(policy.grants, [&](const Grant& grant) {
        return std::ranges::find(grant.ports, port) != grant.ports.end();
    });
    return at == policy.grants.end() ? nullptr : &*at;
}

TEST_CASE("tailnet policy: tags are those that nodes announce") {
    const Plan plan = make_plan(testing::owners_homelab());
    for (const NodePlan& node : plan.nodes) {
        const auto& arguments = node.find_unit("tailscale-up")->arguments;
        const std::string tag = tailnet_tag(model::to_string(node.role));
        CHECK(std::ranges::find(arguments, "--advertise-tags=" + tag) != arguments.end());
        CHECK(std::ranges::find(plan.tailnet_policy.tags, tag) != plan.tailnet_policy.tags.end());
    }
}

TEST_CASE("tailnet policy: etcd's ports are granted only where it has members elsewhere") {
    const TailnetPolicy one = make_plan(testing::owners_homelab()).tailnet_policy;
    CHECK(find(one, "tcp:2380") == nullptr);
    const TailnetPolicy three = make_plan(testing::three_control_planes()).tailnet_policy;
    REQUIRE(find(three, "tcp:2380") != nullptr);
    CHECK(find(three, "tcp:2380")->from == Names{"tag:control-plane", "ipset:control-planes"});
    CHECK(find(three, "tcp:2380")->to == Names{"ipset:control-planes"});
}

TEST_CASE("tailnet policy: a pipeline and replacements have their tags only when they exist") {
    model::Homelab homelab = testing::owners_homelab();
    homelab.gitops.reset();
    homelab.dr.reset();
    const TailnetPolicy small = make_plan(homelab).tailnet_policy;
    CHECK(small.tags == Names{"tag:control-plane", "tag:worker"});
    CHECK(small.sets.size() == 2);
    CHECK(find(small, "tcp:22")->from == Names{"autogroup:admin", "autogroup:owner"});
    homelab = testing::owners_homelab();
    homelab.gitops = model::GitOps{};
    homelab.gitops->repository.value = "https://github.com/duck/homelab";
    const TailnetPolicy large = make_plan(homelab).tailnet_policy;
    CHECK(large.tags == Names{"tag:ci", "tag:control-plane", "tag:standby", "tag:worker"});
    CHECK(find(large, "tcp:22")->from == Names{"autogroup:admin", "autogroup:owner", "tag:ci"});
    // Without a cache the pipeline cannot deploy, so it has no business in the tailnet.
    homelab.cache.reset();
    CHECK(
        find(make_plan(homelab).tailnet_policy, "tcp:22")->from ==
        Names{"autogroup:admin", "autogroup:owner"}
    );
}

TEST_CASE("tailnet policy: VXLAN goes by the nodes' own addresses alone") {
    const TailnetPolicy policy = make_plan(testing::owners_homelab()).tailnet_policy;
    for (const std::string& selector : find(policy, "udp:4789")->from) {
        CHECK(selector.starts_with("ipset:"));
    }
    CHECK(find(policy, "udp:4789")->from == find(policy, "udp:4789")->to);
}

TEST_CASE("tailnet policy: every grant says why, and the same homelab gives the same policy") {
    const TailnetPolicy policy = make_plan(testing::owners_homelab()).tailnet_policy;
    for (const Grant& grant : policy.grants) {
        CHECK_FALSE(grant.why.empty());
    }
    CHECK(policy == make_plan(testing::owners_homelab()).tailnet_policy);
}

} // namespace
} // namespace ducksnest::plan
