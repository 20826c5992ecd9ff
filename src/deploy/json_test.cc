#include "deploy/activation.h"
#include "deploy/probe.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::deploy;

namespace {

const Trial trial = {
    .phase = Phase::trying,
    .system = "/nix/store/1",
    .previous = "/nix/store/0",
    .token = "t",
    .way = Way::restart,
    .patience = Duration(60'000),
    .deadline = {.boot_id = "b", .since_boot = Duration(160'000)},
    .switch_exit = 4,
    .said = "failed",
    .reason = "",
};

} // namespace

TEST_CASE("a trial comes back as it was written") {
    CHECK(parse_trial(to_json(trial)).value() == trial);
    CHECK(parse_trial(to_json(Trial{})).value() == Trial{});
    for (const Phase phase :
         {Phase::none,
          Phase::arming,
          Phase::armed,
          Phase::switching,
          Phase::restarting,
          Phase::trying,
          Phase::confirming,
          Phase::confirmed,
          Phase::reverting,
          Phase::reverted}) {
        CHECK(parse_phase(to_string(phase)).value() == phase);
    }
}

TEST_CASE("a trial that is damaged is not taken for another") {
    Json json = to_json(trial);
    json.set("phase", "flying");
    CHECK(parse_trial(json).error().message == "`flying` is no phase of a trial");
    json = to_json(trial);
    json.erase("deadline_ms");
    CHECK(parse_trial(json).error().message == "a trial has no number `deadline_ms`");
    json.set("schema", "ducksnest.trial/9");
    CHECK(parse_trial(json).error().message == "the trial is not of schema `ducksnest.trial/1`");
}

TEST_CASE("a node's report comes back as it was sent") {
    const NodeReport report{
        .current = "/nix/store/1",
        .booted = "/nix/store/0",
        .standard = "/nix/store/0",
        .boot_id = "b",
        .trial = trial,
        .holder = "duck",
        .rest = Duration(1'500),
        .has_wanted = true,
        .needs_restart = true,
    };
    const NodeReport back = parse_node_report(to_json(report)).value();
    CHECK(to_json(back) == to_json(report));
    CHECK(
        parse_node_report(Json::object({{"schema", "other"}})).error().message ==
        "the node's answer is not of schema `ducksnest.activate/1`"
    );
}

TEST_CASE("probes come back as they were seen") {
    const std::vector<Probe> probes = {
        {.name = "api", .is_good = true, .detail = "says 401"},
        {.name = "unit x", .detail = "failed"}
    };
    CHECK(parse_probes(to_json(probes)).value() == probes);
    CHECK(!parse_probes(Json::object({{"schema", "ducksnest.probes/1"}})));
}

TEST_CASE("of a long output the last whole lines are kept") {
    CHECK(last_lines("one\ntwo\nthree\n\n", 100) == "one\ntwo\nthree");
    CHECK(last_lines("one\ntwo\nthree\n", 9) == "three");
    CHECK(last_lines("", 9).empty());
}
