#include "ground.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace ducksnest;
using ducksnest::testing::DeployGround;
using ducksnest::testing::Ran;
using ducksnest::testing::read_text;

TEST_CASE("a system with another kernel is tried by one restart, under both boot loaders") {
    const DeployGround ground({"kernel", "does-not-boot", "boots-cut-off"});
    for (const std::string node : {"alpha", "beta"}) {
        CAPTURE(node);
        const Ran failed = ground.deploy(ground.to({node}, "does-not-boot"));
        INFO(failed.err);
        CHECK(failed.exit == 1);
        CHECK(failed.out.contains("the new system did not boot"));
        CHECK(ground.settled(node) == "base");
        CHECK(ground.answers(node));

        const Ran cut_off = ground.deploy(
            ground.to({node}, "boots-cut-off") +
            " --patience 4s --settle 1s --restart-time 20s --lease 4s"
        );
        INFO(cut_off.err);
        CHECK(cut_off.exit == 1);
        CHECK(cut_off.out.contains("reverted"));
        CHECK(ground.settled(node) == "base");
        CHECK(ground.answers(node));

        const Ran good = ground.deploy(ground.to({node}, "kernel"));
        INFO(good.err << read_text(ground.path("nodes/" + node + "/log")));
        CHECK(good.exit == 0);
        CHECK(good.err.contains("restart"));
        CHECK(ground.settled(node) == "kernel");
        // It is the default by now, not an entry for one boot.
        CHECK(!ground.report(node).booted.empty());
        ground.power_off(node);
        ground.power_on(node);
        CHECK(ground.settled(node) == "kernel");
    }
}

TEST_CASE("a node that loses power comes back on its previous system, or on a confirmed one") {
    const DeployGround ground({"good"});
    const std::string base = ground.system("alpha", "base");
    const std::string good = ground.system("alpha", "good");
    REQUIRE(ground.deploy("--dry-run" + ground.to({"alpha"}, "good")).exit == 0);
    const auto activate = [&](const std::string& words) {
        const Ran said = ground.on("alpha", "ducksnest activate " + words);
        INFO(said.err);
        REQUIRE(said.exit == 0);
    };
    const Ran pushed = ground.run(fmt::format(
        "ducksnest cache push {} --to '{}' --key '{}'",
        good,
        ground.path("cache"),
        ground.path("secret")
    ));
    REQUIRE(pushed.exit == 0);

    // Power lost while it is tried.
    activate("lock --holder duck --token t");
    activate(fmt::format("fetch {} --token t", good));
    activate(fmt::format("switch {} --token t --patience 1m", good));
    const Ran waited = ground.on(
        "alpha", "until ducksnest activate status | grep -q '\"phase\": \"trying\"'; do :; done"
    );
    REQUIRE(waited.exit == 0);
    CHECK(ground.report("alpha").current == good);
    CHECK(ground.report("alpha").standard == base);
    ground.power_off("alpha");
    ground.power_on("alpha");
    CHECK(ground.settled("alpha") == "base");
    CHECK(ground.report("alpha").trial.reason == "the node restarted before it was confirmed");

    // Power lost right after it was confirmed.
    activate("lock --holder duck --token u");
    activate(fmt::format("switch {} --token u --patience 1m", good));
    REQUIRE(
        ground.on("alpha", "until ducksnest activate status | grep -q trying; do :; done").exit == 0
    );
    const Ran ignored = ground.on("alpha", "ducksnest activate confirm --token u &\nsleep 0.05");
    ground.power_off("alpha");
    ground.power_on("alpha");
    const std::string end = ground.settled("alpha");
    const bool was_heard = ground.report("alpha").trial.phase == deploy::Phase::confirmed;
    CHECK(end == (was_heard ? "good" : "base"));
}
