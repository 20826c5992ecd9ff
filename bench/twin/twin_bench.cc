// How fast the twin lives: the example homelab, a whole day with an outage of the house in it, and
// campaigns of six-hour days. Ratios of one run; nothing here is a timed test.

#include "config/load.h"
#include "io/os_random.h"
#include "io/thread_pool.h"
#include "plan/plan.h"
#include "sim/campaign.h"
#include "sim/twin_trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>

namespace {

using namespace ducksnest;
using namespace std::chrono_literals;
using Watch = std::chrono::steady_clock;

constexpr Instant start = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);

class Silence : public Progress {
public:
    void begin(std::string_view /*step*/, std::size_t /*total*/) override {}
    void advance(std::size_t /*done*/, std::string_view /*detail*/) override {}
    void end(std::string_view /*outcome*/) override {}
};

std::int64_t microseconds_since(Watch::time_point before) {
    const auto passed =
        std::chrono::duration_cast<std::chrono::microseconds>(Watch::now() - before);
    return std::max<std::int64_t>(passed.count(), 1);
}

Result<plan::Plan> plan_example() {
    const std::string path = DUCKSNEST_SOURCE_DIR "/examples/ducksnest/homelab.toml";
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    diag::Sources sources;
    const config::Loaded loaded = config::load(sources, sources.add(path, text.str()));
    if (!loaded.homelab) {
        return fail(ErrorCode::invalid, "the example homelab has errors");
    }
    return plan::make_plan(*loaded.homelab);
}

/// The day: everything boots, the house goes dark for two hours, one laptop flaps.
sim::Script day(const sim::Blueprint& blueprint) {
    const std::uint32_t home = *blueprint.find_site("home");
    const std::uint32_t laptop = *blueprint.find_node("firebat");
    return {
        {.at = 6h, .action = sim::Action::kill_site, .target = home},
        {.at = 8h, .action = sim::Action::return_site, .target = home},
        {.at = 15h, .action = sim::Action::kill, .target = laptop},
        {.at = 15h + 3min, .action = sim::Action::return_, .target = laptop},
    };
}

Result<void> measure() {
    const plan::Plan plan = TRY(plan_example());
    const sim::Blueprint blueprint = TRY(sim::make_blueprint(plan));
    io::OsRandom random;
    io::ThreadPool threads;

    auto before = Watch::now();
    const sim::TwinGround ground = TRY(sim::TwinGround::make(plan, start, random, threads));
    sim::LiveTrust live(ground, threads);
    TRY(live.prove(start));
    const sim::Needles needles = ground.needles(live.opened());
    const std::int64_t setup = microseconds_since(before);

    std::vector<std::int64_t> runs;
    std::uint64_t events = 0;
    std::uint64_t digest = 0;
    for (int i = 0; i < 9; ++i) {
        before = Watch::now();
        sim::ProvenTrust trust(live, needles);
        sim::World world(blueprint, trust, day(blueprint), {.start = start});
        world.run_until(start + 24h);
        events = world.kernel().events();
        digest = world.seal();
        runs.push_back(microseconds_since(before));
    }
    std::ranges::nth_element(runs, runs.begin() + 4);
    const std::int64_t median = runs[4];
    const std::int64_t day_us = std::chrono::microseconds(24h).count();

    constexpr std::uint64_t seeds = 2'000;
    Silence silence;
    before = Watch::now();
    const sim::CampaignReport report = run_campaign(
        blueprint,
        {},
        {.seeds = seeds, .start = start},
        [&] { return std::make_unique<sim::ProvenTrust>(live, needles); },
        threads,
        silence
    );
    const std::int64_t campaign = microseconds_since(before);

    fmt::print("pki_setup_ms: {}\n", setup / 1'000);
    fmt::print("day_ms: {}.{:03} ({} events)\n", median / 1'000, median % 1'000, events);
    fmt::print("twin_speed: {} times real time\n", day_us / median);
    fmt::print("twin_speed_with_pki: {} times real time\n", day_us / (median + setup));
    fmt::print("seeds_per_minute: {}\n", seeds * 60'000'000 / static_cast<std::uint64_t>(campaign));
    fmt::print("failed_seeds: {}\n", report.failed);
    fmt::print("digest: {}\n", sim::format_digest(digest));
    return {};
}

} // namespace

int main() {
    const Result<void> measured = measure();
    if (!measured) {
        fmt::print(stderr, "error: {}\n", describe(measured.error()));
        return 1;
    }
    return 0;
}
