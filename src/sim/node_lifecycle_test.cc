#include "sim/node_lifecycle.h"
#include "sim/taint_eviction.h"
#include "sim/testing.h"

#include <doctest/doctest.h>

#include <set>

using namespace ducksnest;
using namespace ducksnest::sim;
using namespace std::chrono_literals;

namespace {

/// The two controllers over a cluster whose kubelets are a list of who still renews its lease.
class Lab : public Watcher {
public:
    explicit Lab(Blueprint built, std::uint64_t seed = 1)
        : blueprint_(std::move(built))
        , kernel(testing::start, seed)
        , cluster(blueprint_, kernel)
        , lifecycle(cluster, kernel)
        , eviction_(cluster, kernel, Canary::none)
        , alive_(blueprint_.nodes.size(), true) {
        cluster.watch(*this);
        for (NodeIndex node = 0; node < alive_.size(); ++node) {
            cluster.register_node(node);
            cluster.post_ready(node, Condition::true_);
            kernel.at(kernel.now(), EventKind::kubelet_sync, node);
        }
        restart();
    }

    void restart() {
        lifecycle.stop();
        eviction_.stop();
        lifecycle.start();
        eviction_.start();
    }
    void set_alive(NodeIndex node, bool alive) { alive_[node] = alive; }

    void until(Duration elapsed) {
        while (!kernel.idle() && kernel.next_at() <= testing::after(elapsed)) {
            const Event event = kernel.take();
            if (event.kind == EventKind::node_monitor) {
                lifecycle.monitor(event.epoch);
            } else if (event.kind == EventKind::taint_pass) {
                lifecycle.taint_pass(event.epoch);
            } else if (event.kind == EventKind::evict_pod) {
                eviction_.evict(event.subject, event.epoch);
            } else {
                beat(event.subject);
            }
        }
        kernel.advance_to(testing::after(elapsed));
    }

    bool tainted(NodeIndex node) const { return cluster.node(node).taints.any_no_execute(); }

    void node_status_changed(NodeIndex node) override { lifecycle.sync_no_schedule(node); }
    void node_taints_changed(NodeIndex node) override { eviction_.node_updated(node); }

private:
    void beat(NodeIndex node) {
        if (alive_[node]) {
            cluster.renew_lease(node);
            if (cluster.node(node).ready != Condition::true_) {
                cluster.post_ready(node, Condition::true_);
            }
        }
        kernel.after(10s, EventKind::kubelet_sync, node);
    }

    Blueprint blueprint_;

public:
    Kernel kernel;
    Cluster cluster;
    NodeLifecycle lifecycle;

private:
    TaintEviction eviction_;
    std::vector<bool> alive_;
};

} // namespace

TEST_CASE("a silent node is Unknown after 50 s and one look, and tainted at once") {
    Lab lab(testing::four_machines());
    lab.until(60s);
    lab.set_alive(1, false);
    lab.until(110s);
    CHECK(lab.cluster.node(1).ready == Condition::true_);
    lab.until(116s);
    CHECK(lab.cluster.node(1).ready == Condition::unknown);
    CHECK(
        lab.cluster.node(1).taints ==
        ConditionTaints{.unreachable_no_schedule = true, .unreachable_no_execute = true}
    );
}

TEST_CASE("nodes of one zone are tainted ten seconds apart") {
    Lab lab(testing::four_machines());
    lab.until(60s);
    for (const NodeIndex node : {1U, 2U, 3U}) {
        lab.set_alive(node, false);
    }
    lab.until(116s);
    CHECK((lab.tainted(1) ? 1 : 0) + (lab.tainted(2) ? 1 : 0) + (lab.tainted(3) ? 1 : 0) == 1);
    lab.until(126s);
    CHECK((lab.tainted(1) ? 1 : 0) + (lab.tainted(2) ? 1 : 0) + (lab.tainted(3) ? 1 : 0) == 2);
    lab.until(136s);
    CHECK((lab.tainted(1) ? 1 : 0) + (lab.tainted(2) ? 1 : 0) + (lab.tainted(3) ? 1 : 0) == 3);
}

TEST_CASE("pods go 300 s after the taint, unless the node comes back before") {
    Lab lab(testing::four_machines());
    lab.cluster.create_pod(0, 0);
    const PodId pod = lab.cluster.pods().front().id;
    lab.cluster.bind(pod, 1);
    lab.until(60s);
    lab.set_alive(1, false);
    lab.until(115s + 290s);
    CHECK_FALSE(lab.cluster.find_pod(pod)->deleting);

    SUBCASE("it stays away") {
        lab.until(115s + 301s);
        CHECK(lab.cluster.find_pod(pod)->deleting);
    }
    SUBCASE("it comes back") {
        lab.set_alive(1, true);
        lab.until(2h);
        CHECK_FALSE(lab.cluster.find_pod(pod)->deleting);
        CHECK_FALSE(lab.tainted(1));
    }
    SUBCASE("the controllers restart: they remember nothing and wait anew") {
        lab.restart();
        lab.until(115s + 301s);
        CHECK_FALSE(lab.cluster.find_pod(pod)->deleting);
        lab.until(115s + 290s + 320s);
        CHECK(lab.cluster.find_pod(pod)->deleting);
    }
}

TEST_CASE("when every zone is silent taints go and nobody is evicted") {
    Lab lab(testing::four_machines());
    lab.cluster.create_pod(0, 0);
    const PodId pod = lab.cluster.pods().front().id;
    lab.cluster.bind(pod, 1);
    lab.until(60s);
    for (const NodeIndex node : {1U, 2U, 3U}) {
        lab.set_alive(node, false);
    }
    lab.until(200s);
    CHECK(lab.lifecycle.zone_state(1) == ZoneState::full_disruption);
    REQUIRE(lab.tainted(1));

    lab.set_alive(0, false);
    lab.until(300s);
    CHECK(lab.lifecycle.all_zones_disrupted());
    CHECK_FALSE(lab.tainted(1));
    lab.until(2h);
    CHECK_FALSE(lab.cluster.find_pod(pod)->deleting);

    // One zone answers: the others get another grace period, and the limiters start empty.
    lab.set_alive(0, true);
    lab.until(2h + 20s);
    CHECK_FALSE(lab.lifecycle.all_zones_disrupted());
    CHECK(lab.lifecycle.zone_state(1) == ZoneState::full_disruption);
    lab.until(2h + 60s);
    CHECK(lab.tainted(1));
    lab.until(2h + 60s + 320s);
    CHECK(lab.cluster.find_pod(pod)->deleting);
}

TEST_CASE(
    "in one zone without labels three lost laptops stop all evictions but at most the first, until "
    "three others are Ready"
) {
    for (const std::uint32_t others : {1U, 2U, 3U}) {
        CAPTURE(others);
        Blueprint blueprint = testing::four_machines();
        blueprint.zones = {""};
        for (std::uint32_t more = 1; more < others; ++more) {
            blueprint.nodes.push_back(testing::machine("cloud", 0, 0));
        }
        for (NodeBlueprint& node : blueprint.nodes) {
            node.zone = 0;
        }
        std::set<int> outcomes;
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            Lab lab(blueprint, seed);
            lab.until(60s);
            for (const NodeIndex node : {1U, 2U, 3U}) {
                lab.set_alive(node, false);
            }
            lab.until(1h);
            outcomes.insert(
                (lab.tainted(1) ? 1 : 0) + (lab.tainted(2) ? 1 : 0) + (lab.tainted(3) ? 1 : 0)
            );
        }
        // The loop that taints may come just before the zone is judged, or just after.
        CHECK(outcomes == (others == 3 ? std::set<int>{3} : std::set<int>{0, 1}));
    }
}
