#include "plan/check.h"
#include "render/describe.h"
#include "render/lock.h"
#include "render/plan_json.h"
#include "support/golden.h"
#include "support/homelab.h"

#include <doctest/doctest.h>

namespace ducksnest {
namespace {

plan::Plan example() {
    return plan::make_plan(testing::homelab_of(testing::example_text()));
}

TEST_CASE("example: no demand is out of reach") {
    CHECK(plan::check(testing::homelab_of(testing::example_text())).empty());
}

TEST_CASE("example: the committed lock is the plan") {
    testing::check_golden("examples/ducksnest/homelab.lock.json", render::render_lock(example()));
}

TEST_CASE("example: the plan as people read it") {
    testing::check_golden(
        "tests/golden/plan/example.txt",
        render::describe(example(), {.colour = false, .width = 100})
    );
}

TEST_CASE("example: every node in full, argv verbatim") {
    const plan::Plan plan = example();
    for (const plan::NodePlan& node : plan.nodes) {
        testing::check_golden(
            "tests/golden/plan/" + node.name + ".txt",
            render::describe_node(plan, node, {.colour = false, .width = 100})
        );
    }
}

TEST_CASE("example: the plan for programs is JSON and says what it is") {
    const std::string text = render::render_plan_json(example(), nullptr);
    CHECK(text.starts_with("{\n  \"schema\": \"ducksnest.plan/1\",\n"));
    const Result<Json> json = Json::parse(text);
    REQUIRE(json.has_value());
    CHECK(json->find("nodes")->as_array()->size() == 4);
}

} // namespace
} // namespace ducksnest
