#include "deploy/node_run.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace ducksnest;
using namespace ducksnest::deploy;

namespace {

constexpr std::array ends = {StepEnd::good, StepEnd::bad, StepEnd::unknown, StepEnd::went_back};

/// Every road through a node's deployment.
void walk(const NodeRun& run, std::vector<Step> seen, std::vector<std::vector<Step>>& roads) {
    seen.push_back(run.step());
    if (run.step() == Step::over) {
        roads.push_back(std::move(seen));
        return;
    }
    REQUIRE(seen.size() < 20);
    for (const StepEnd end : ends) {
        NodeRun next = run;
        next.take(end, "because");
        walk(next, seen, roads);
    }
}

bool has(const std::vector<Step>& road, Step step) {
    return std::ranges::find(road, step) != road.end();
}

} // namespace

TEST_CASE("a node that is well goes from cordon to uncordon") {
    NodeRun run({.node = "alpha"});
    for (const Step step :
         {Step::cordon,
          Step::drain,
          Step::begin,
          Step::await,
          Step::probe,
          Step::confirm,
          Step::uncordon}) {
        CHECK(run.step() == step);
        CHECK(run.outcome() == NodeOutcome::pending);
        run.take(StepEnd::good);
    }
    CHECK(run.outcome() == NodeOutcome::confirmed);
    CHECK(run.detail().empty());
}

TEST_CASE("every road ends, and none confirms what was not looked at") {
    for (const bool drains : {true, false}) {
        std::vector<std::vector<Step>> roads;
        walk(NodeRun({.node = "alpha", .drains = drains}), {}, roads);
        CHECK(roads.size() > 50);
        for (const std::vector<Step>& road : roads) {
            CHECK(has(road, Step::cordon) == drains);
            if (has(road, Step::confirm)) {
                CHECK(has(road, Step::probe));
            }
            if (has(road, Step::drain)) {
                CHECK(road.front() == Step::cordon);
            }
        }
    }
}

TEST_CASE("how a node ended follows from what it said last") {
    NodeRun drained({.node = "alpha"});
    drained.take(StepEnd::good);
    drained.take(StepEnd::bad, "a budget keeps it");
    CHECK(drained.step() == Step::uncordon);
    drained.take(StepEnd::good);
    CHECK(drained.outcome() == NodeOutcome::unchanged);
    CHECK(drained.detail() == "a budget keeps it");

    NodeRun broken({.node = "alpha", .drains = false});
    broken.take(StepEnd::good);
    broken.take(StepEnd::good);
    broken.take(StepEnd::bad, "kubelet failed");
    CHECK(broken.step() == Step::revert);
    broken.take(StepEnd::unknown);
    CHECK(broken.step() == Step::settle);
    broken.take(StepEnd::went_back, "nobody confirmed it in time");
    CHECK(broken.outcome() == NodeOutcome::reverted);
    CHECK(broken.detail() == "kubelet failed; nobody confirmed it in time");

    // The answer to the confirmation was lost; the node had heard it.
    NodeRun lost({.node = "alpha", .drains = false});
    for (int i = 0; i < 3; ++i) {
        lost.take(StepEnd::good);
    }
    lost.take(StepEnd::unknown, "no answer");
    CHECK(lost.step() == Step::settle);
    lost.take(StepEnd::good);
    CHECK(lost.outcome() == NodeOutcome::confirmed);

    // Of a node that does not answer nobody knows: its pods stay away.
    NodeRun gone({.node = "alpha"});
    for (int i = 0; i < 5; ++i) {
        gone.take(StepEnd::good);
    }
    gone.take(StepEnd::unknown);
    gone.take(StepEnd::unknown, "silence");
    CHECK(gone.outcome() == NodeOutcome::lost);
}
