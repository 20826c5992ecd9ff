#include "manifests/addons.h"
#include "manifests/lock.h"
#include "plan/plan.h"
#include "render/lock.h"
#include "support/homelab.h"

#include <doctest/doctest.h>

using namespace ducksnest;

TEST_CASE("a machine that has only the lock makes the same objects") {
    const plan::Plan plan = plan::make_plan(testing::homelab_of(testing::example_text()));
    const Json lock = *Json::parse(render::render_lock(plan));
    const Result<plan::Plan> read = manifests::read_lock(lock);
    REQUIRE(read);
    CHECK(manifests::make_objects(*read) == manifests::make_objects(plan));
}

TEST_CASE("a lock that is none says what it lacks") {
    const plan::Plan plan = plan::make_plan(testing::homelab_of(testing::example_text()));
    Json lock = *Json::parse(render::render_lock(plan));
    Json cluster = *lock.find("cluster");
    cluster.erase("dns_ip");
    lock.set("cluster", cluster);
    CHECK(manifests::read_lock(lock).error().message == "the lock has no `dns_ip`");
    lock.set("schema", "ducksnest.lock/7");
    CHECK(
        manifests::read_lock(lock).error().message ==
        "the lock says `ducksnest.lock/7` where `ducksnest.lock/1` is expected"
    );
    CHECK(!manifests::read_lock(Json()));
}
