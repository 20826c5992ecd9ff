#include "plan/testing/homelabs.h"
#include "render/describe_cost.h"
#include "render/lock.h"
#include "render/plan_json.h"
#include "support/golden.h"
#include "support/json_schema.h"

#include <doctest/doctest.h>

namespace ducksnest {
namespace {

Json parsed(const std::string& text) {
    Result<Json> json = Json::parse(text);
    REQUIRE(json.has_value());
    return *std::move(json);
}

Json schema(const std::string& name) {
    return parsed(testing::read_source_file("docs/schema/" + name + ".schema.json"));
}

using Violations = std::vector<std::string>;

TEST_CASE("schema: the committed lock is what docs/schema says a lock is") {
    const Json lock = parsed(testing::read_source_file("examples/ducksnest/homelab.lock.json"));
    CHECK(testing::schema_violations(schema("lock"), lock) == Violations{});
}

TEST_CASE("schema: so is a lock with everything a homelab can have, and one with little") {
    const plan::Plan large = plan::make_plan(plan::testing::three_control_planes());
    CHECK(
        testing::schema_violations(schema("lock"), parsed(render::render_lock(large))) ==
        Violations{}
    );
    model::Homelab homelab = plan::testing::owners_homelab();
    homelab.cache.reset();
    homelab.database.reset();
    homelab.dr.reset();
    homelab.logs.reset();
    homelab.apps.clear();
    const plan::Plan small = plan::make_plan(homelab);
    CHECK(
        testing::schema_violations(schema("lock"), parsed(render::render_lock(small))) ==
        Violations{}
    );
}

TEST_CASE("schema: the answer of plan --json, with and without a lock to compare with") {
    const plan::Plan plan = plan::make_plan(plan::testing::owners_homelab());
    const plan::Plan other = plan::make_plan(plan::testing::three_control_planes());
    const render::LockDiff diff =
        render::diff_locks(parsed(render::render_lock(plan)), parsed(render::render_lock(other)));
    CHECK(
        testing::schema_violations(
            schema("plan"), parsed(render::render_plan_json(other, &diff))
        ) == Violations{}
    );
    CHECK(
        testing::schema_violations(
            schema("plan"), parsed(render::render_plan_json(plan, nullptr))
        ) == Violations{}
    );
}

TEST_CASE("schema: the answer of plan --cost --json, also where prices and a cloud are missing") {
    model::Homelab homelab = plan::testing::owners_homelab();
    const auto check = [&] {
        const std::string text = render::render_cost_json(plan::make_plan(homelab).cost);
        CHECK(testing::schema_violations(schema("cost"), parsed(text)) == Violations{});
    };
    check();
    for (model::Site& site : homelab.sites) {
        if (site.region) {
            site.region->value = "sa-east-1";
        }
    }
    check();
    homelab.dr.reset();
    check();
}

TEST_CASE("schema: a damaged lock is refused, at its place") {
    Json lock = parsed(testing::read_source_file("examples/ducksnest/homelab.lock.json"));
    lock.set("schema", "ducksnest.lock/2");
    lock.set("surprise", 1);
    lock.erase("input");
    CHECK(
        testing::schema_violations(schema("lock"), lock) ==
        Violations{
            "/: lacks `input`",
            "/schema: is not \"ducksnest.lock/1\"",
            "/surprise: is not allowed",
        }
    );
}

} // namespace
} // namespace ducksnest
