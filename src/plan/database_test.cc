#include "plan/database.h"
#include "plan/testing/homelabs.h"

#include <doctest/doctest.h>

namespace ducksnest::plan {
namespace {

using testing::owners_homelab;

DatabasePlan planned(const model::Homelab& homelab) {
    return plan_database(make_context(homelab));
}

std::vector<std::string> nodes(const DatabasePlan& plan) {
    std::vector<std::string> names;
    for (const DatabaseMember& member : plan.members) {
        names.push_back(member.node);
    }
    return names;
}

TEST_CASE("database: rpo 0 puts the synchronous standby into the other site") {
    const DatabasePlan plan = planned(owners_homelab());
    CHECK(plan.problem == DatabaseProblem::none);
    CHECK(nodes(plan) == std::vector<std::string>{"ultra", "firebat", "control-plane"});
    CHECK_FALSE(plan.members[0].synchronous);
    CHECK_FALSE(plan.members[1].synchronous);
    CHECK(plan.members[2].synchronous);
    CHECK(plan.members[2].sync_priority > plan.members[1].sync_priority);
    CHECK(plan.members[2].site != plan.members[0].site);
}

TEST_CASE("database: an rpo that allows losing one ttl needs no synchronous standby") {
    model::Homelab homelab = owners_homelab();
    homelab.database->rpo.value = std::chrono::seconds(30);
    const DatabasePlan plan = planned(homelab);
    CHECK(plan.problem == DatabaseProblem::none);
    CHECK_FALSE(plan.members[2].synchronous);
}

TEST_CASE("database: never on the small machine, not even when it is the only other one") {
    model::Homelab homelab = owners_homelab();
    testing::erase_node(homelab, "firebat");
    CHECK(nodes(planned(homelab)) == std::vector<std::string>{"ultra", "control-plane"});
}

TEST_CASE("database: one site cannot keep rpo 0") {
    model::Homelab homelab = owners_homelab();
    homelab.database->memory.value = 3000; // more than the control plane has left
    const DatabasePlan plan = planned(homelab);
    CHECK(plan.problem == DatabaseProblem::rpo);
    CHECK(
        plan.arithmetic ==
        std::vector<std::string>{
            "every possible member stands in `home`; when it is lost, the newest "
            "copy is the backup bucket's, up to 1m old"
        }
    );
}

TEST_CASE("database: one site with a backup bucket keeps what a restore can keep") {
    model::Homelab homelab = owners_homelab();
    homelab.database->memory.value = 3000;
    homelab.database->rpo.value = std::chrono::seconds(60);
    homelab.database->rto.value = std::chrono::minutes(5);
    const DatabasePlan slow = planned(homelab);
    CHECK(slow.problem == DatabaseProblem::rto);
    CHECK(
        slow.arithmetic ==
        std::vector<std::string>{"every possible member stands in `home`; restoring elsewhere "
                                 "takes confirm 1m + machine "
                                 "3m + 20480 MiB at 50 MiB/s 6m50s = 10m50s"}
    );
    homelab.database->rto.value = std::chrono::minutes(11);
    CHECK(planned(homelab).problem == DatabaseProblem::none);
    homelab.database->bucket.reset();
    CHECK(planned(homelab).problem == DatabaseProblem::rpo);
}

TEST_CASE("database: an rto below Patroni's failover is refused with the arithmetic") {
    model::Homelab homelab = owners_homelab();
    homelab.database->rto.value = std::chrono::seconds(44);
    const DatabasePlan plan = planned(homelab);
    CHECK(plan.problem == DatabaseProblem::rto);
    CHECK(
        plan.arithmetic ==
        std::vector<std::string>{"a failover takes ttl 30s + loop_wait 10s + promotion 5s = 45s"}
    );
    CHECK(plan.help == "write `rto = \"45s\"` or more");
    homelab.database->rto.value = std::chrono::seconds(45);
    CHECK(planned(homelab).problem == DatabaseProblem::none);
}

TEST_CASE("database: a member that fits nowhere says why for each node") {
    model::Homelab homelab = owners_homelab();
    homelab.database->storage.value = 1024 * 1024;
    const DatabasePlan plan = planned(homelab);
    CHECK(plan.problem == DatabaseProblem::fits_nowhere);
    REQUIRE(plan.arithmetic.size() == 4);
    CHECK(
        plan.arithmetic[1] == "`firebat` has a disk of 409600 MiB, a member needs 1048576 MiB and "
                              "the system 10240 MiB"
    );
    CHECK(plan.arithmetic[2] == "`old` is a small machine (1945 MiB)");
}

} // namespace
} // namespace ducksnest::plan
