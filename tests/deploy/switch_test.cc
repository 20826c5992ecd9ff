#include "ground.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

using namespace ducksnest;
using ducksnest::testing::DeployGround;
using ducksnest::testing::Ran;
using ducksnest::testing::read_text;

namespace {

/// One try that has to end where it began, on `stays`, with the node answering SSH.
void check_goes_back(
    const DeployGround& ground,
    const std::string& kind,
    const std::string& stays,
    const std::string& why
) {
    CAPTURE(kind);
    // Only who is cut off has to wait for the node to lose its patience.
    const bool is_cut_off = kind.starts_with("no-");
    const Ran done = ground.deploy(
        ground.to({"alpha"}, kind) +
        (is_cut_off ? " --patience 4s --settle 1s --restart-time 20s --lease 4s" : "")
    );
    INFO(done.err);
    CAPTURE(done.out);
    CHECK(done.exit == 1);
    CHECK(done.out.contains("reverted"));
    CHECK(done.out.contains(why));
    CHECK(ground.settled("alpha") == stays);
    CHECK(ground.answers("alpha"));
}

} // namespace

TEST_CASE("a good system is fetched, tried, probed and confirmed, node after node") {
    const DeployGround ground({"good"});
    const Ran shown = ground.deploy("--dry-run" + ground.to(DeployGround::nodes(), "good"));
    INFO(shown.err);
    CHECK(shown.exit == 0);
    const std::size_t first = shown.out.find("1. control plane");
    const std::size_t second = shown.out.find("2. site `home`    alpha");
    CHECK(first < second);
    CHECK(second < shown.out.find("2. site `home`    beta"));
    CHECK(ground.settled("alpha") == "base");

    const Ran done = ground.deploy(ground.to(DeployGround::nodes(), "good") + " --json");
    INFO(done.err << done.out);
    CHECK(done.exit == 0);
    CHECK(done.out.contains("\"outcome\": \"confirmed\""));
    CHECK(done.out.contains("1280 bytes in one piece"));
    CHECK(done.out.contains("https://10.77.1.10:6443 says 200"));
    for (const std::string& node : DeployGround::nodes()) {
        CAPTURE(node);
        CHECK(ground.settled(node) == "good");
        // Each switched once, with the control plane first.
        const std::string log = read_text(ground.path("nodes/" + node + "/log"));
        CHECK(log.find("test ") == log.rfind("test "));
        CHECK(ground.report(node).holder.empty());
    }

    const Ran again = ground.deploy(ground.to(DeployGround::nodes(), "good"));
    INFO(again.err);
    CHECK(again.exit == 0);
    CHECK(again.out == "nothing to do: every node runs what is wanted\n");
}

TEST_CASE("a node goes back from a system that is no good, and answers again") {
    const DeployGround ground(
        {"broken-unit", "no-network", "no-sshd", "fails", "other-machine", "good"}
    );
    check_goes_back(ground, "broken-unit", "base", "probe `unit kubelet`: failed");
    check_goes_back(ground, "no-network", "base", "nobody confirmed it in time");
    check_goes_back(ground, "no-sshd", "base", "nobody confirmed it in time");
    check_goes_back(ground, "fails", "base", "switch-to-configuration ended with 4");

    const Ran other = ground.deploy(ground.to({"alpha"}, "other-machine"));
    CAPTURE(other.out);
    CHECK(other.exit == 1);
    CHECK(other.out.contains("unchanged"));
    CHECK(other.out.contains("is the system of `somebody-else`, not of `alpha`"));
    CHECK(ground.settled("alpha") == "base");

    // One bad node stops the rest, and what was done stays done.
    const Ran mixed = ground.deploy(
        ground.to({"control-plane"}, "good") + ground.to({"alpha"}, "broken-unit") +
        ground.to({"beta"}, "good")
    );
    INFO(mixed.err);
    CAPTURE(mixed.out);
    CHECK(mixed.exit == 5);
    CHECK(mixed.out.contains("not begun: an earlier node did not end well"));
    CHECK(ground.settled("control-plane") == "good");
    CHECK(ground.settled("alpha") == "base");
    CHECK(ground.settled("beta") == "base");

    // Another run goes on from there.
    const Ran rest = ground.deploy(ground.to(DeployGround::nodes(), "good"));
    INFO(rest.err);
    CHECK(rest.exit == 0);
    CHECK(ground.settled("alpha") == "good");
    CHECK(ground.settled("beta") == "good");
}
