#include "sim/campaign.h"
#include "sim/doors.h"
#include "sim/testing.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::sim;
using namespace std::chrono_literals;

namespace {

class Silence : public Progress {
public:
    void begin(std::string_view /*step*/, std::size_t /*total*/) override {}
    void advance(std::size_t /*done*/, std::string_view /*detail*/) override {}
    void end(std::string_view /*outcome*/) override {}
};

/// Runs the pieces last to first: the report must not show it.
class Backwards : public Parallel {
public:
    void for_each(std::size_t count, const std::function<void(std::size_t)>& work) override {
        for (std::size_t i = count; i > 0; --i) {
            work(i - 1);
        }
    }
};

Blueprint nest() {
    Blueprint blueprint = testing::four_machines();
    testing::add_database(blueprint);
    return blueprint;
}

CampaignReport
campaign(const Blueprint& blueprint, std::uint64_t seeds, Canary canary, Parallel& parallel) {
    Silence silence;
    const Scenario scenario{.length = 2h, .canary = canary};
    return run_campaign(
        blueprint,
        scenario,
        {.seeds = seeds, .start = testing::start, .repeat_every = 16},
        [] { return std::make_unique<NoTrust>(); },
        parallel,
        silence
    );
}

} // namespace

TEST_CASE("a hundred and fifty seeds of drawn faults break nothing and come back to life") {
    SerialParallel serial;
    const CampaignReport report = campaign(nest(), 150, Canary::none, serial);
    for (const SeedOutcome& failure : report.failures) {
        CAPTURE(failure.seed);
        CAPTURE(failure.violation->checker);
        CAPTURE(failure.violation->what);
        CHECK_FALSE(failure.violation.has_value());
    }
    CHECK(report.failed == 0);
    CHECK(report.repeated == 9);
    // What the campaign claims to have survived must really have happened.
    for (const Mark mark :
         {Mark::machine_lost_power,
          Mark::machine_lost_power_while_booting,
          Mark::site_lost_power,
          Mark::site_isolated,
          Mark::node_unreachable,
          Mark::api_unavailable,
          Mark::zone_fully_disrupted,
          Mark::taint_held_back,
          Mark::eviction_cancelled,
          Mark::pod_evicted,
          Mark::pod_replaced,
          Mark::database_promoted,
          Mark::database_demoted}) {
        CAPTURE(to_string(mark));
        CHECK(report.marks[static_cast<std::size_t>(mark)] > 0);
    }
}

TEST_CASE("the report does not depend on the order in which seeds run") {
    SerialParallel serial;
    Backwards backwards;
    const CampaignReport one = campaign(nest(), 40, Canary::none, serial);
    const CampaignReport other = campaign(nest(), 40, Canary::none, backwards);
    CHECK(one.digest == other.digest);
    CHECK(one.marks == other.marks);
    CHECK(one.slowest_seed == other.slowest_seed);
}

TEST_CASE("every planted bug is caught, by the checker that should") {
    SerialParallel serial;
    const auto caught_by = [&](Canary canary) {
        Blueprint blueprint = nest();
        blueprint.workloads[0].memory = 5'000; // Two of them do not fit on one machine.
        const CampaignReport report = campaign(blueprint, 60, canary, serial);
        REQUIRE(report.failed > 0);
        return report.failures.front().violation->checker;
    };
    CHECK(caught_by(Canary::ignore_taints) == "tolerates");
    CHECK(caught_by(Canary::schedule_over_capacity) == "allocatable");
    CHECK(caught_by(Canary::evict_at_once) == "patient eviction");
    CHECK(caught_by(Canary::replace_before_gone) == "stable names");
}

TEST_CASE("words of a private key are found wherever they stand") {
    Needles needles;
    needles.add("MHcCAQEEIABC");
    needles.add("b3BlbnNzaC1r");
    CHECK(needles.found_in("key: MHcCAQEEIABCDEF"));
    CHECK(needles.found_in("b3BlbnNzaC1r"));
    CHECK_FALSE(needles.found_in("b3BlbnNzaC1"));
    CHECK_FALSE(needles.found_in(""));
    CHECK_FALSE(needles.found_in("MM"));
}
