#include "sim/scheduler.h"
#include "sim/testing.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ducksnest;
using namespace ducksnest::sim;

namespace {

constexpr ConditionTaints no_taints{};

/// A cluster whose nodes have all registered and are free of condition taints.
struct Fixture {
    explicit Fixture(Blueprint built)
        : blueprint(std::move(built))
        , kernel(testing::start, 1)
        , cluster(blueprint, kernel)
        , prng(1) {
        for (NodeIndex node = 0; node < cluster.node_count(); ++node) {
            cluster.register_node(node);
            cluster.set_taints(node, no_taints);
        }
    }

    const Pod& create(std::string_view workload, std::uint32_t ordinal = 0) {
        const auto found =
            std::ranges::find(blueprint.workloads, workload, &WorkloadBlueprint::name);
        cluster.create_pod(
            static_cast<WorkloadIndex>(found - blueprint.workloads.begin()), ordinal
        );
        return cluster.pods().back();
    }

    std::string put(std::string_view workload, std::uint32_t ordinal = 0) {
        const PodId id = create(workload, ordinal).id;
        const Placement placement = place(cluster, *cluster.find_pod(id), prng);
        if (!placement.node) {
            return placement.reason;
        }
        cluster.bind(id, *placement.node);
        return cluster.name(*placement.node);
    }

    Blueprint blueprint;
    Kernel kernel;
    Cluster cluster;
    Prng prng;
};

} // namespace

TEST_CASE("a pod stays away from a taint it does not tolerate") {
    Fixture fixture(testing::four_machines());
    const Pod& pod = fixture.create("portfolio");
    CHECK(
        filter(fixture.cluster, pod, 0) ==
        "node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }"
    );
    CHECK_FALSE(filter(fixture.cluster, pod, 1).has_value());
}

TEST_CASE("a pinned pod that tolerates its node's taint stands there, and nowhere else") {
    Blueprint blueprint = testing::four_machines();
    testing::add_database(blueprint);
    Fixture fixture(blueprint);
    const Pod& pod = fixture.create("postgresql", 2);
    CHECK_FALSE(filter(fixture.cluster, pod, 0).has_value());
    CHECK(filter(fixture.cluster, pod, 1) == "node(s) didn't match Pod's node affinity/selector");
}

TEST_CASE("a node that is not Ready takes nobody, not even a pinned pod") {
    Blueprint blueprint = testing::four_machines();
    testing::add_database(blueprint);
    Fixture fixture(blueprint);
    fixture.cluster.set_taints(1, {.unreachable_no_schedule = true});
    fixture.cluster.set_taints(2, {.not_ready_no_schedule = true});
    const Pod& pinned = fixture.create("postgresql", 1);
    CHECK(
        filter(fixture.cluster, pinned, 1) ==
        "node(s) had untolerated taint {node.kubernetes.io/unreachable: }"
    );
    const Pod& pod = fixture.create("blog");
    CHECK(
        filter(fixture.cluster, pod, 2) ==
        "node(s) had untolerated taint {node.kubernetes.io/not-ready: }"
    );
}

TEST_CASE("resources are counted to the last millicpu and mebibyte") {
    Blueprint blueprint = testing::four_machines();
    blueprint.workloads[0].cpu_millis = 4'000;
    blueprint.workloads[1].memory = 1'024;
    Fixture fixture(blueprint);
    const Pod& big = fixture.create("blog");
    CHECK_FALSE(filter(fixture.cluster, big, 1).has_value());
    fixture.cluster.bind(big.id, 1);
    CHECK(filter(fixture.cluster, fixture.create("blog"), 1) == "Insufficient cpu");
    const PodId first = fixture.create("portfolio").id;
    CHECK_FALSE(filter(fixture.cluster, *fixture.cluster.find_pod(first), 2).has_value());
    fixture.cluster.bind(first, 2);
    CHECK(filter(fixture.cluster, fixture.create("portfolio"), 2) == "Insufficient memory");
    fixture.cluster.remove_pod(first);
    CHECK_FALSE(filter(fixture.cluster, fixture.create("portfolio"), 2).has_value());
}

TEST_CASE("anti-affinity also counts a pod that is on its way out") {
    Blueprint blueprint = testing::four_machines();
    blueprint.workloads[0].anti_affinity = true;
    Fixture fixture(blueprint);
    const PodId first = fixture.create("blog").id;
    fixture.cluster.bind(first, 1);
    const PodId second = fixture.create("blog").id;
    const auto reason = [&] {
        return filter(fixture.cluster, *fixture.cluster.find_pod(second), 1);
    };
    CHECK(reason() == "node(s) didn't match pod anti-affinity rules");
    fixture.cluster.mark_deleting(first);
    CHECK(reason() == "node(s) didn't match pod anti-affinity rules");
    fixture.cluster.remove_pod(first);
    CHECK_FALSE(reason().has_value());
}

TEST_CASE("replicas go to different nodes, and to different zones when asked") {
    Blueprint blueprint = testing::four_machines();
    blueprint.nodes[0].taints.clear();
    blueprint.workloads[0].spread_sites = true;
    Fixture fixture(blueprint);
    const std::string first = fixture.put("blog");
    const std::string second = fixture.put("blog");
    const bool one_in_aws = (first == "control-plane") != (second == "control-plane");
    CHECK(one_in_aws);
}

TEST_CASE("a PreferNoSchedule taint is avoided while there is another place") {
    Blueprint blueprint = testing::four_machines();
    for (const NodeIndex node : {1U, 2U}) {
        blueprint.nodes[node].taints = {
            {.key = "ducksnest/small", .effect = Effect::prefer_no_schedule}
        };
    }
    Fixture fixture(blueprint);
    CHECK(fixture.put("blog") == "ultra");
    CHECK(fixture.put("blog") == "ultra");
    fixture.cluster.set_taints(3, {.unreachable_no_schedule = true});
    CHECK(fixture.put("portfolio") != "ultra");
}

TEST_CASE("a pod that fits nowhere says why, as kube-scheduler does") {
    Blueprint blueprint = testing::four_machines();
    blueprint.workloads[1].memory = 4'096;
    Fixture fixture(blueprint);
    fixture.cluster.set_taints(1, {.unreachable_no_schedule = true});
    fixture.cluster.set_taints(3, {.unreachable_no_schedule = true});
    CHECK(
        fixture.put("portfolio") ==
        "0/4 nodes are available: 1 Insufficient memory, "
        "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, "
        "2 node(s) had untolerated taint {node.kubernetes.io/unreachable: }"
    );
}
