#include "plan/testing/homelabs.h"
#include "render/describe.h"
#include "render/lock.h"
#include "render/lock_diff.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace ducksnest::render {
namespace {

namespace testing = plan::testing;

Json lock_of(const model::Homelab& homelab) {
    Result<Json> json = Json::parse(render_lock(plan::make_plan(homelab)));
    REQUIRE(json.has_value());
    return *std::move(json);
}

/// The diff from the owner's homelab to what `change` makes of it.
template <class Change>
LockDiff after(const Change& change) {
    model::Homelab homelab = testing::owners_homelab();
    const Json before = lock_of(homelab);
    change(homelab);
    return diff_locks(before, lock_of(homelab));
}

std::vector<std::string> nodes(const LockDiff& diff, const std::string& what) {
    const auto at = diff.consequences.find(what);
    return at == diff.consequences.end() ? std::vector<std::string>{} : at->second;
}

using Names = std::vector<std::string>;

TEST_CASE("lock diff: nothing changed, nothing follows") {
    const LockDiff diff = after([](model::Homelab&) {});
    CHECK(diff.empty());
    CHECK(diff.consequences.empty());
    CHECK(describe(diff, {}) == "nothing changes: the committed lock is this plan\n");
}

TEST_CASE("lock diff: another address reboots its node, reissues and restarts what names it") {
    const LockDiff diff = after([](model::Homelab& homelab) {
        testing::node(homelab, "firebat").address.value().value =
            *net::parse_address("192.168.0.21");
    });
    CHECK(nodes(diff, "reboot: its address changes") == Names{"firebat"});
    CHECK(nodes(diff, "reissue certificate kubelet-serving") == Names{"firebat"});
    CHECK(nodes(diff, "reissue certificate kubelet").empty());
    CHECK(nodes(diff, "restart kubelet") == Names{"firebat"});
    CHECK(nodes(diff, "restart tailscale-up") == Names{"firebat"});
    CHECK(nodes(diff, "restart containerd").empty());
    const std::string text = describe(diff, {});
    CHECK(text.starts_with("~ node firebat\n    address: 192.168.0.11 -> 192.168.0.21\n"));
    CHECK(text.contains("    unit kubelet arguments\n"
                        "      - --node-ip=192.168.0.11  (address changed)\n"
                        "      + --node-ip=192.168.0.21  (address changed)\n"));
}

TEST_CASE("lock diff: a new node joins, and nobody else does anything") {
    const LockDiff diff = after([](model::Homelab& homelab) {
        testing::add_node(homelab, {.name = "mini", .site = "home", .memory = 8192});
    });
    CHECK(nodes(diff, "join the cluster") == Names{"mini"});
    CHECK(diff.consequences.size() == 1);
    CHECK(describe(diff, {}).starts_with("+ node mini\n"));
}

TEST_CASE("lock diff: a node that goes is drained first") {
    const LockDiff diff =
        after([](model::Homelab& homelab) { testing::erase_node(homelab, "old"); });
    CHECK(nodes(diff, "leave the cluster: drain, then delete") == Names{"old"});
}

TEST_CASE("lock diff: a change of shared configuration reaches every node of the profile") {
    const LockDiff diff =
        after([](model::Homelab& homelab) { homelab.domain.value = "duck.local"; });
    CHECK(nodes(diff, "restart kubelet") == Names{"control-plane", "firebat", "old", "ultra"});
    CHECK(nodes(diff, "restart kube-apiserver") == Names{"control-plane"});
    CHECK(nodes(diff, "reissue certificate apiserver") == Names{"control-plane"});
    CHECK(nodes(diff, "restart containerd").empty());
    const auto because_domain = std::ranges::count(diff.edits, "domain", &LockEdit::because);
    CHECK(because_domain > 0);
}

TEST_CASE("lock diff: one name more in a certificate reissues only that certificate") {
    const LockDiff diff = after([](model::Homelab& homelab) {
        testing::node(homelab, "ultra").names = {{.value = "ultra.lan", .span = {}}};
    });
    REQUIRE(diff.edits.size() == 1);
    CHECK(diff.edits[0].after == "ultra.lan");
    CHECK(nodes(diff, "reissue certificate kubelet-serving") == Names{"ultra"});
}

TEST_CASE("lock diff: a second operator has every key sealed again") {
    const LockDiff diff = after([](model::Homelab& homelab) {
        homelab.operators.push_back({.value = "ssh-ed25519 BBBB", .span = {}});
    });
    CHECK(nodes(diff, "seal every key again for the operators") == Names{"operators"});
}

TEST_CASE("lock diff: three control planes where one was move the API for everybody") {
    const LockDiff diff =
        after([](model::Homelab& homelab) { homelab = testing::three_control_planes(); });
    CHECK(nodes(diff, "move to another role: drain first") == Names{"firebat", "ultra"});
    CHECK(nodes(diff, "start etcd") == Names{"firebat", "ultra"});
    CHECK(nodes(diff, "issue certificate apiserver") == Names{"firebat", "ultra"});
    CHECK(nodes(diff, "restart kubelet") == Names{"control-plane", "old"});
    CHECK(nodes(diff, "start api-balancer") == Names{"control-plane", "old"});
}

TEST_CASE("lock diff: the worst that happens to each node, and why") {
    const LockDiff moved = after([](model::Homelab& homelab) {
        testing::node(homelab, "firebat").address.value().value =
            *net::parse_address("192.168.0.21");
    });
    CHECK(moved.impacts.size() == 1);
    CHECK(
        moved.impacts.at("firebat") ==
        NodeImpact{.worst = Disruption::reboot, .why = {"reboot: its address changes"}}
    );
    const LockDiff left =
        after([](model::Homelab& homelab) { testing::erase_node(homelab, "old"); });
    CHECK(left.impacts.at("old").worst == Disruption::leave);
    const LockDiff joined = after([](model::Homelab& homelab) {
        testing::add_node(homelab, {.name = "mini", .site = "home", .memory = 8192});
    });
    CHECK(joined.impacts.at("mini") == NodeImpact{.joins = true, .why = {}});
    const LockDiff renamed =
        after([](model::Homelab& homelab) { homelab.domain.value = "duck.local"; });
    CHECK(renamed.impacts.at("firebat").worst == Disruption::restart);
    const LockDiff promoted =
        after([](model::Homelab& homelab) { homelab = testing::three_control_planes(); });
    CHECK(promoted.impacts.at("ultra").worst == Disruption::drain);
    const LockDiff another_gpu =
        after([](model::Homelab& homelab) { testing::node(homelab, "ultra").gpu.reset(); });
    CHECK(another_gpu.impacts.at("ultra").worst == Disruption::reboot);
    const LockDiff another_operator = after([](model::Homelab& homelab) {
        homelab.operators.push_back({.value = "ssh-ed25519 BBBB", .span = {}});
    });
    CHECK(another_operator.impacts.empty());
}

TEST_CASE("lock diff: another Kubernetes drains every node that stays") {
    const model::Homelab homelab = testing::owners_homelab();
    const Json after = lock_of(homelab);
    Json before = after;
    Json cluster = *before.find("cluster");
    cluster.set("kubernetes_version", "1.35.0");
    before.set("cluster", std::move(cluster));
    const LockDiff diff = diff_locks(before, after);
    const std::string what = "upgrade Kubernetes from 1.35.0 to 1.36.5: drain first";
    CHECK(nodes(diff, what) == Names{"control-plane", "firebat", "old", "ultra"});
    CHECK(diff.impacts.at("old") == NodeImpact{.worst = Disruption::drain, .why = {what}});
}

TEST_CASE("lock diff: colours only when asked for") {
    const LockDiff diff =
        after([](model::Homelab& homelab) { testing::erase_node(homelab, "old"); });
    CHECK_FALSE(describe(diff, {.colour = false}).contains('\x1b'));
    CHECK(describe(diff, {.colour = true}).contains("\x1b[31m- node old\x1b[0m"));
}

} // namespace
} // namespace ducksnest::render
