#include "sim/testing.h"
#include "sim/world.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::sim;
using namespace std::chrono_literals;

namespace {

struct Run {
    explicit Run(Blueprint built, Script script = {}, std::uint64_t seed = 1)
        : blueprint(std::move(built))
        , world(blueprint, trust, std::move(script), {.start = testing::start, .seed = seed}) {}

    World& until(Duration elapsed) {
        world.run_until(testing::after(elapsed));
        return world;
    }

    Blueprint blueprint;
    NoTrust trust{};
    World world;
};

Step kill(NodeIndex node, Duration at) {
    return {.at = at, .action = Action::kill, .target = node};
}
Step give_back(NodeIndex node, Duration at) {
    return {.at = at, .action = Action::return_, .target = node};
}
Step dark(SiteIndex site, Duration at) {
    return {.at = at, .action = Action::kill_site, .target = site};
}

std::uint64_t mark(const World& world, Mark mark) {
    return world.kernel().marks()[static_cast<std::size_t>(mark)];
}

std::size_t count_on(const World& world, std::string_view workload, const std::string& node) {
    return testing::places(world, workload).count(node);
}

/// Where a pod of the workload comes to stand when nothing happens.
std::string node_of(const Blueprint& blueprint, std::string_view workload) {
    return testing::places(Run(blueprint).until(9min), workload).begin()->first;
}

} // namespace

TEST_CASE("four machines come up, are Ready and run everything") {
    Run run(testing::four_machines());
    const World& world = run.until(5min);
    CHECK(world.complaints() == std::vector<std::string>{});
    CHECK(world.is_well());
    CHECK(testing::places(world, "blog").size() == 2);
    CHECK(testing::places(world, "control-plane").empty());
}

TEST_CASE("a dead node's pods move after grace period and toleration, and its own return cleans up"
) {
    Blueprint blueprint = testing::four_machines();
    blueprint.nodes.erase(blueprint.nodes.begin() + 2); // Without `old`: firebat or ultra.
    const std::string home = node_of(blueprint, "blog");
    const std::string other = home == "firebat" ? "ultra" : "firebat";
    const NodeIndex lost = *blueprint.find_node(home);
    const std::size_t there = count_on(Run(blueprint).until(9min), "blog", home);
    Run run(blueprint, {kill(lost, 10min), give_back(lost, 2h)});
    run.until(10min + 45s);
    CHECK(run.world.is_ready(lost));
    run.until(10min + 70s);
    CHECK(run.world.cluster().node(lost).ready == Condition::unknown);
    CHECK(count_on(run.world, "blog", home) == there);

    run.until(10min + 70s + 5min + 30s);
    CHECK(count_on(run.world, "blog", home) == 0);
    CHECK(count_on(run.world, "blog", other) == 2);
    CHECK(run.world.is_well());
    // The old object stays, Terminating, as nobody has confirmed that its processes are gone.
    CHECK(run.world.cluster().pods().size() > 3);

    run.until(2h + 5min);
    CHECK(run.world.is_ready(lost));
    CHECK(run.world.cluster().pods().size() == 3);
    CHECK(run.world.is_well());
}

TEST_CASE("the eviction trap: without zone labels a dark house keeps its pods") {
    Blueprint blueprint = testing::four_machines();
    blueprint.zones = {""};
    for (NodeBlueprint& node : blueprint.nodes) {
        node.zone = 0;
    }
    // As large and as quick to boot as the others, so that `old` gets its share of the pods.
    blueprint.nodes[2] = testing::machine("old", 1, 0);
    blueprint.workloads[0].replicas = 30;
    Run run(blueprint, {dark(1, 10min)});
    run.until(10min - 1ms);
    std::vector<std::size_t> before;
    for (NodeIndex node = 1; node < 4; ++node) {
        before.push_back(count_on(run.world, "blog", blueprint.nodes[node].name));
        REQUIRE(before.back() > 0);
    }
    run.until(3h);
    CHECK(run.world.control_plane().lifecycle().zone_state(0) == ZoneState::partial_disruption);
    // Leases run out seconds apart: the first lost node takes the one token before the zone counts
    // as disrupted. The others are never tainted, and their pods are not even replaced.
    std::size_t kept = 0;
    for (NodeIndex node = 1; node < 4; ++node) {
        const bool tainted = run.world.cluster().node(node).taints.any_no_execute();
        const std::size_t now = count_on(run.world, "blog", blueprint.nodes[node].name);
        CHECK(now == (tainted ? 0 : before[node - 1]));
        kept += tainted ? 0U : 1U;
    }
    CHECK(kept >= 2);
}

TEST_CASE("with zone labels the dark house is evicted at one node in ten seconds") {
    Blueprint blueprint = testing::four_machines();
    testing::add_database(blueprint);
    Run run(blueprint, {dark(1, 10min)});
    run.until(10min + 55s + 5min + 50s);
    CHECK(run.world.control_plane().lifecycle().zone_state(1) == ZoneState::full_disruption);
    CHECK(testing::places(run.world, "blog").count("-") == 2);
    CHECK(
        run.world.complaints().front() ==
        "`blog` has 0 of 2 pods running: 0/4 nodes are available: "
        "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, "
        "3 node(s) had untolerated taint {node.kubernetes.io/unreachable: }"
    );
    // Tainted one after another: at least 10 s lie between the first and the last eviction.
    std::vector<Instant> evicted;
    for (const Happening& happening : run.world.kernel().timeline()) {
        if (happening.text.starts_with("evicted")) {
            evicted.push_back(happening.at);
        }
    }
    REQUIRE(evicted.size() >= 2);
    CHECK(evicted.back() - evicted.front() >= 10s);
}

TEST_CASE("two of three nodes lost is more than 55 %, but not yet a disrupted zone") {
    Run run(testing::four_machines(), {kill(1, 10min), kill(2, 10min)});
    run.until(12min);
    CHECK(run.world.control_plane().lifecycle().zone_state(1) == ZoneState::normal);
}

TEST_CASE("the loss of the only control plane evicts nobody, and leases resume") {
    Run run(testing::four_machines(), {kill(0, 10min), give_back(0, 40min)});
    run.until(30min);
    CHECK_FALSE(run.world.control_plane().available());
    run.until(50min);
    CHECK(run.world.control_plane().available());
    CHECK(run.world.is_well());
    CHECK(mark(run.world, Mark::pod_evicted) == 0);
    CHECK(mark(run.world, Mark::node_unreachable) == 0);
}

TEST_CASE("of three control planes one may die: the API stays and another leads") {
    Blueprint blueprint = testing::four_machines();
    blueprint.nodes.push_back(testing::control_plane("second", 0, 0));
    blueprint.nodes.push_back(testing::control_plane("third", 1, 1));
    for (const NodeIndex node : {0U, 4U, 5U}) {
        CAPTURE(node);
        Run run(blueprint, {kill(node, 10min)});
        run.until(20min);
        CHECK(run.world.control_plane().available());
        CHECK(run.world.control_plane().leader().has_value());
        CHECK(run.world.control_plane().leader() != node);
        CHECK(mark(run.world, Mark::api_unavailable) == 0);
        CHECK(run.world.cluster().node(node).ready == Condition::unknown);
    }
    Run two(blueprint, {kill(0, 10min), kill(4, 11min)});
    two.until(20min);
    CHECK_FALSE(two.world.control_plane().available());
}

TEST_CASE("an isolated house lives on: its pods run, and are removed when it is connected again") {
    Blueprint blueprint = testing::four_machines();
    Run run(
        blueprint,
        {{.at = 10min, .action = Action::isolate, .target = 1},
         {.at = 30min, .action = Action::rejoin, .target = 1}}
    );
    run.until(29min);
    std::size_t running = 0;
    for (NodeIndex node = 1; node < 4; ++node) {
        running += run.world.kubelets().containers(node).size();
    }
    CHECK(running == 3);
    CHECK(testing::places(run.world, "blog").count("-") == 2);
    run.until(40min);
    CHECK(run.world.is_well());
    CHECK(mark(run.world, Mark::old_pod_removed) == 3);
}

TEST_CASE("the synchronous standby in the cloud takes over when the house goes dark") {
    Blueprint blueprint = testing::four_machines();
    testing::add_database(blueprint);
    Run run(blueprint, {dark(1, 10min), {.at = 1h, .action = Action::return_site, .target = 1}});
    run.until(10min - 1s);
    REQUIRE(run.world.database().leader() == 0U);
    REQUIRE(run.world.database().sync_standby() == 2U);
    run.until(10min + 60s);
    CHECK(run.world.database().leader() == 2U);
    CHECK(run.world.database().is_primary(2));
    // Strict synchronous mode: with no standby left, commits wait.
    CHECK_FALSE(run.world.database().writable());
    run.until(1h + 15min);
    CHECK(run.world.database().leader() == 2U);
    CHECK(run.world.database().writable());
    CHECK(run.world.is_well());
}

TEST_CASE("the isolated primary steps down before the other side may take its lease") {
    Blueprint blueprint = testing::four_machines();
    testing::add_database(blueprint);
    Run run(blueprint, {{.at = 10min, .action = Action::isolate, .target = 1}});
    run.until(10min - 1s);
    while (run.world.step(testing::after(12min))) {
        const int primaries = static_cast<int>(run.world.database().is_primary(0)) +
                              static_cast<int>(run.world.database().is_primary(1)) +
                              static_cast<int>(run.world.database().is_primary(2));
        REQUIRE(primaries <= 1);
    }
    CHECK(run.world.database().is_primary(2));
}

TEST_CASE("a named pod of a dead node is not replaced until the node is back") {
    Blueprint blueprint = testing::four_machines();
    blueprint.workloads[1].exclusive = true;
    const NodeIndex home = *blueprint.find_node(node_of(blueprint, "portfolio"));
    Run outage(blueprint, {kill(home, 10min), give_back(home, 3h)});
    outage.until(2h);
    CHECK(testing::places(outage.world, "portfolio").empty());
    CHECK(mark(outage.world, Mark::exclusive_pod_stuck) >= 1);
    outage.until(3h + 10min);
    CHECK(testing::places(outage.world, "portfolio").size() == 1);
    CHECK(outage.world.is_well());
}

TEST_CASE("the same seed does the same, another seed something else") {
    const auto digest = [](std::uint64_t seed) {
        Run run(testing::four_machines(), {kill(1, 10min), give_back(1, 30min)}, seed);
        run.until(2h);
        return run.world.seal();
    };
    CHECK(digest(1) == digest(1));
    CHECK(digest(2) == digest(2));
    CHECK(digest(1) != digest(2));
}

TEST_CASE("without a synchronous standby a streaming one takes over") {
    Blueprint blueprint = testing::four_machines();
    testing::add_database(blueprint);
    blueprint.members[2].synchronous = false;
    Run run(blueprint, {kill(3, 10min), give_back(3, 30min)});
    run.until(10min - 1s);
    REQUIRE(run.world.database().leader() == 0U);
    run.until(12min);
    CHECK(run.world.database().leader() != 0U);
    CHECK(run.world.database().writable());
    run.until(40min);
    CHECK(run.world.database().is_streaming(0));
    CHECK(run.world.is_well());
}

TEST_CASE("without its only control plane a homelab is not well, whatever still runs") {
    Run run(testing::four_machines(), {kill(0, 10min)});
    run.until(20min);
    CHECK(
        run.world.complaints() ==
        std::vector<std::string>{"the API is gone: too few control planes run"}
    );
}
