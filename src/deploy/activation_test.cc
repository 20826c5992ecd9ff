#include "base/text.h"
#include "deploy/activation.h"
#include "deploy/testing/fake_node.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::deploy;
using namespace std::chrono_literals;
using ducksnest::deploy::testing::FakeNode;

namespace {

struct Course {
    bool was_confirmed = false; ///< Somebody heard so.
    NodeReport report{};
};

/// A deployment to the node: what it does when nothing disturbs it, and then enough time for
/// everything to end.
Course deploy_to(FakeNode& node, Way way, bool confirms) {
    Course course;
    node.process([](Activation& activation) {
        const Result<void> ignored =
            activation.take_lease({.holder = "duck", .token = "t", .length = 60s});
    });
    node.process([&](Activation& activation) {
        const Result<void> ignored =
            activation.begin({.system = FakeNode::next, .token = "t", .patience = 60s, .way = way});
    });
    node.pass(5s);
    node.process([&](Activation& activation) {
        course.was_confirmed = confirms && activation.confirm("t").has_value();
    });
    node.pass(30min);
    node.killed_at = 0;
    node.process([&](Activation& activation) { course.report = activation.report("").value(); });
    return course;
}

/// Never between: what runs is what the node starts with, and nothing will change that any more.
void check_whole(const FakeNode& node, const Course& course) {
    CAPTURE(to_json(course.report).dump_pretty());
    CAPTURE(join(node.log, "\n"));
    CHECK(node.current == node.standard);
    CHECK(node.current == node.boot_default);
    CHECK(node.boot_once.empty());
    const Phase phase = course.report.trial.phase;
    CHECK((!is_under_way(phase) || phase == Phase::arming));
    if (course.was_confirmed) {
        CHECK(node.current == FakeNode::next);
    }
    if (phase == Phase::confirmed || phase == Phase::reverted) {
        CHECK(node.current == (phase == Phase::confirmed ? FakeNode::next : FakeNode::base));
    }
}

} // namespace

TEST_CASE("a system that is confirmed becomes the default") {
    for (const Way way : {Way::in_place, Way::restart}) {
        FakeNode node;
        const Course course = deploy_to(node, way, true);
        check_whole(node, course);
        CHECK(course.was_confirmed);
        CHECK(node.current == FakeNode::next);
        CHECK(course.report.trial.phase == Phase::confirmed);
    }
}

TEST_CASE("GRUB is told by its environment which entry to start once") {
    FakeNode node(true);
    const Course course = deploy_to(node, Way::restart, true);
    check_whole(node, course);
    CHECK(node.current == FakeNode::next);
    CHECK(node.asked_for == "next_entry=NixOS - Profile 'ducksnest_trial'>0");
}

TEST_CASE("a system that nobody confirms is given up") {
    for (const Way way : {Way::in_place, Way::restart}) {
        FakeNode node;
        const Course course = deploy_to(node, way, false);
        check_whole(node, course);
        CHECK(node.current == FakeNode::base);
        CHECK(course.report.trial.reason == "nobody confirmed it in time");
    }
}

TEST_CASE("a system that does not boot is given up") {
    FakeNode node;
    node.next_boots = false;
    const Course course = deploy_to(node, Way::restart, true);
    check_whole(node, course);
    CHECK(!course.was_confirmed);
    CHECK(node.current == FakeNode::base);
    CHECK(course.report.trial.reason == "the new system did not boot");
}

TEST_CASE("failed units are told, and do not keep a node from going back") {
    FakeNode node;
    node.next_has_failed_units = true;
    const Course course = deploy_to(node, Way::in_place, false);
    check_whole(node, course);
    CHECK(course.report.trial.switch_exit == 4);
    CHECK(course.report.trial.said == "failed units: duck");
}

TEST_CASE("a process killed at any call, or power lost there, leaves a node on one system") {
    for (const Way way : {Way::in_place, Way::restart}) {
        for (const bool confirms : {true, false}) {
            FakeNode undisturbed;
            deploy_to(undisturbed, way, confirms);
            for (const bool is_power_cut : {true, false}) {
                for (int call = 1; call <= undisturbed.calls; ++call) {
                    FakeNode node;
                    node.killed_at = call;
                    node.is_power_cut = is_power_cut;
                    CAPTURE(call);
                    CAPTURE(is_power_cut);
                    CAPTURE(confirms);
                    CAPTURE((way == Way::restart));
                    check_whole(node, deploy_to(node, way, confirms));
                    // Whatever happened, the next deployment goes through.
                    const Course again = deploy_to(node, way, true);
                    check_whole(node, again);
                    CHECK(node.current == FakeNode::next);
                }
            }
        }
    }
}

TEST_CASE("a lease keeps others away until it ends") {
    FakeNode node;
    node.process([&](Activation& activation) {
        REQUIRE(activation.take_lease({.holder = "duck@desk", .token = "a", .length = 60s}));
        const auto other = activation.take_lease({.holder = "goose", .token = "b", .length = 60s});
        REQUIRE(!other);
        CHECK(other.error().code == ErrorCode::conflict);
        CHECK(other.error().message == "another deployment is at work: duck@desk");
        CHECK(other.error().help == "wait for it; if it has died, its hold ends by itself in 1m");
        const auto begun =
            activation.begin({.system = FakeNode::next, .token = "b", .patience = 60s});
        REQUIRE(!begun);
        CHECK(begun.error().message == "another deployment is at work: duck@desk");
    });
    node.pass(61s);
    node.process([&](Activation& activation) {
        CHECK(activation.take_lease({.holder = "goose", .token = "b", .length = 60s}));
        const auto lost = activation.confirm("a");
        REQUIRE(!lost);
        CHECK(lost.error().code == ErrorCode::conflict);
    });
    // After a restart it counts anew: its holder may be waiting for the node.
    node.pull_plug();
    node.process([&](Activation& activation) {
        CHECK(!activation.take_lease({.holder = "duck", .token = "c", .length = 60s}));
    });
    node.pass(61s);
    node.process([&](Activation& activation) {
        CHECK(activation.take_lease({.holder = "duck", .token = "c", .length = 60s}));
    });
}
