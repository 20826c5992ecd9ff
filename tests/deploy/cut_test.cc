#include "base/prng.h"
#include "ground.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

using namespace ducksnest;
using ducksnest::testing::DeployGround;
using ducksnest::testing::Ran;
using ducksnest::testing::read_text;
using ducksnest::testing::write_text;

namespace {

namespace fs = std::filesystem;

/// Too short for a busy machine, which then goes back: here that is as good an end as any.
constexpr const char* hasty = " --patience 2s --settle 1s --restart-time 2s --lease 1s";
/// Long enough on any machine.
constexpr const char* patient = " --patience 60s --settle 30s --lease 3s";

/// A deployment to `alpha` whose line breaks at its `call`-th SSH connection, and which is then
/// killed. Returns how many connections there were.
std::size_t deploy_until(const DeployGround& ground, const std::string& kind, std::size_t call) {
    fs::remove(ground.path("line/calls"));
    write_text(ground.path("line/breaks"), fmt::format("{}\n", call));
    const Ran done = ground.run(fmt::format(
        "export LINE='{0}/line' PATH='{0}/broken-bin':\"$PATH\"\n{1} & it=$!\n"
        // Once the line is dead the deployment learns nothing more: it may as well be dead.
        "while kill -0 $it 2>/dev/null; do\n"
        "  [ {2} = 0 ] || [ \"$(wc -l <'{0}/line/calls' 2>/dev/null || echo 0)\" -le {2} ] || "
        "kill -9 $it\n  sleep 0.02\ndone",
        ground.path("."),
        ground.deploy_line(ground.to({"alpha"}, kind) + (call == 0 ? patient : hasty)),
        call
    ));
    const std::string calls = read_text(ground.path("line/calls"));
    return static_cast<std::size_t>(std::ranges::count(calls, '\n'));
}

/// A deployment that nothing disturbs, once the one before has lost its hold.
void finish(const DeployGround& ground, const std::string& kind) {
    Ran done;
    for (int i = 0; i < 40; ++i) {
        done = ground.deploy(ground.to({"alpha"}, kind) + patient);
        if (done.exit != 6) {
            break;
        }
    }
    INFO(done.err << done.out);
    CHECK(done.exit == 0);
    CHECK(ground.settled("alpha") == kind);
}

} // namespace

TEST_CASE("whenever the connection breaks, a node ends on one system, and a new run finishes") {
    const DeployGround ground({"good"});
    fs::create_directories(ground.path("broken-bin"));
    fs::create_symlink(ground.path("lost_ssh"), ground.path("broken-bin/ssh"));
    const std::size_t calls = deploy_until(ground, "good", 0);
    CHECK(calls >= 10);
    REQUIRE(ground.settled("alpha") == "good");

    std::string here = "good";
    std::string there = "base";
    for (std::size_t call = 1; call <= calls; ++call) {
        CAPTURE(call);
        deploy_until(ground, there, call);
        const std::string end = ground.settled("alpha");
        CHECK((end == here || end == there));
        CHECK(ground.answers("alpha"));
        finish(ground, there);
        std::swap(here, there);
    }
}

TEST_CASE("whenever the deployer is killed, a node ends on one system, and a new run finishes") {
    const DeployGround ground({"good"});
    finish(ground, "good");
    std::string here = "good";
    std::string there = "base";
    Prng prng(5);
    for (int round = 0; round < 4; ++round) {
        const std::uint64_t milliseconds = prng.below(4000);
        CAPTURE(milliseconds);
        const Ran killed = ground.run(fmt::format(
            "{} & it=$!; sleep {}.{:03}; kill -9 $it",
            ground.deploy_line(ground.to({"alpha"}, there) + hasty),
            milliseconds / 1000,
            milliseconds % 1000
        ));
        const std::string end = ground.settled("alpha");
        CHECK((end == here || end == there));
        finish(ground, there);
        std::swap(here, there);
    }
}
