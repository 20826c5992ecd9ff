#include "deploy/order.h"
#include "plan/testing/homelabs.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::deploy;

namespace {

struct Bench {
    explicit Bench(const model::Homelab& homelab)
        : plan(plan::make_plan(homelab)) {
        for (const plan::NodePlan& node : plan.nodes) {
            wanted[node.name] = "/nix/store/1-" + node.name;
            observed[node.name] = {.current = "/nix/store/0", .standard = "/nix/store/0"};
            joined.insert(node.name);
        }
        members = planned_members(plan);
    }

    DeployPlan made() const {
        return plan_deployment(
            {.plan = plan,
             .wanted = wanted,
             .observed = observed,
             .restart = restart,
             .members = members,
             .drains = drains,
             .joined = joined}
        );
    }

    plan::Plan plan;
    std::map<std::string, std::string> wanted{};
    std::map<std::string, NodeReport> observed{};
    std::vector<Member> members{};
    std::set<std::string> joined{};
    RestartRule restart = RestartRule::needed;
    bool drains = true;
};

std::vector<std::string> order(const DeployPlan& plan) {
    std::vector<std::string> names;
    for (const Wave& wave : plan.waves) {
        for (const Task& task : wave.tasks) {
            names.push_back(task.node);
        }
    }
    return names;
}

const Task& task_of(const DeployPlan& plan, std::string_view node) {
    for (const Wave& wave : plan.waves) {
        for (const Task& task : wave.tasks) {
            if (task.node == node) {
                return task;
            }
        }
    }
    REQUIRE(false);
    return plan.waves.at(0).tasks.at(0);
}

} // namespace

TEST_CASE("control planes go first and alone, then sites, the database's primary last") {
    const Bench bench(plan::testing::owners_homelab());
    REQUIRE(bench.members.size() == 3);
    REQUIRE(bench.members[0].is_primary);
    const DeployPlan plan = bench.made();
    REQUIRE(plan.waves.size() == 2);
    CHECK(plan.waves[0].name == "control plane");
    CHECK(plan.waves[1].name == "site `home`");
    CHECK(order(plan).front() == "control-plane");
    CHECK(order(plan).back() == bench.members[0].node);
    CHECK(plan.held.empty());

    const Bench three(plan::testing::three_control_planes());
    const DeployPlan larger = three.made();
    REQUIRE(larger.waves.size() == 4);
    for (int i = 0; i < 3; ++i) {
        CHECK(larger.waves[static_cast<std::size_t>(i)].tasks.size() == 1);
    }
}

TEST_CASE("nodes that run and start with their system are left out") {
    Bench bench(plan::testing::owners_homelab());
    bench.observed["old"] = {.current = "/nix/store/1-old", .standard = "/nix/store/1-old"};
    // Runs it, but would start with another; or is still trying it.
    bench.observed["ultra"] = {.current = "/nix/store/1-ultra", .standard = "/nix/store/0"};
    bench.observed["firebat"] = {
        .current = "/nix/store/1-firebat",
        .standard = "/nix/store/1-firebat",
        .trial = {.phase = Phase::switching}
    };
    const DeployPlan plan = bench.made();
    REQUIRE(plan.current.size() == 1);
    CHECK(plan.current[0].node == "old");
    CHECK(order(plan).size() == 3);
}

TEST_CASE("the last synchronous member is never taken down") {
    Bench bench(plan::testing::owners_homelab());
    std::string synchronous;
    std::string other;
    for (Member& member : bench.members) {
        (member.is_synchronous ? synchronous
         : member.is_primary   ? synchronous
                               : other) = member.node;
    }
    for (const Member& member : bench.members) {
        if (member.is_synchronous) {
            synchronous = member.node;
        }
    }
    // All well: another member can become synchronous.
    CHECK(task_of(bench.made(), synchronous).drains);

    for (Member& member : bench.members) {
        member.is_ready = member.node != other;
    }
    const DeployPlan left = bench.made();
    CHECK(!task_of(left, synchronous).drains);
    CHECK(task_of(left, synchronous).why == "it has the last synchronous database member");

    bench.restart = RestartRule::always;
    const DeployPlan held = bench.made();
    REQUIRE(held.held.size() == 1);
    CHECK(held.held[0].node == synchronous);
    CHECK(
        held.held[0].why ==
        "it has the last synchronous database member, and the new system needs a restart"
    );
}

TEST_CASE("a primary without a synchronous member beside it is not taken down") {
    Bench bench(plan::testing::owners_homelab());
    for (Member& member : bench.members) {
        member.is_ready = !member.is_synchronous;
    }
    const std::string primary = bench.members[0].node;
    CHECK(!task_of(bench.made(), primary).drains);
    CHECK(
        task_of(bench.made(), primary).why ==
        "no synchronous member could take over from its primary"
    );
}

TEST_CASE("a restart is for another kernel, or for who asks") {
    Bench bench(plan::testing::owners_homelab());
    bench.observed["old"].needs_restart = true;
    CHECK(task_of(bench.made(), "old").way == Way::restart);
    CHECK(task_of(bench.made(), "ultra").way == Way::in_place);
    bench.restart = RestartRule::never;
    CHECK(task_of(bench.made(), "old").way == Way::in_place);
    bench.restart = RestartRule::always;
    CHECK(task_of(bench.made(), "ultra").way == Way::restart);
}

TEST_CASE("only nodes that the cluster knows are drained") {
    Bench bench(plan::testing::owners_homelab());
    bench.joined.erase("old");
    CHECK(!task_of(bench.made(), "old").drains);
    CHECK(task_of(bench.made(), "old").why == "the cluster does not know it yet");
    bench.drains = false;
    CHECK(!task_of(bench.made(), "ultra").drains);
    CHECK(task_of(bench.made(), "ultra").why.empty());
}
