#include "sim/campaign.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::sim {
namespace {

/// Seeds are folded in pieces, so that a long campaign shows progress and needs little memory.
constexpr std::uint64_t batch_size = 256;
constexpr std::size_t failures_kept = 10;

Duration last_step(const Script& script) {
    return script.empty() ? Duration(0) : script.back().at;
}

/// Machines that stay without power at the end are the scenario's wish; everything else must be
/// well.
void await_recovery(World& world, Checkers& checkers, const Scenario& scenario, SeedOutcome& out) {
    const Instant healed =
        world.kernel().start() + std::max(scenario.length, last_step(world.script()));
    std::uint64_t looked = world.kernel().revision() - 1;
    while (!checkers.violation()) {
        if (world.kernel().revision() != looked) {
            looked = world.kernel().revision();
            if (world.is_well()) {
                out.recovery = world.kernel().now() - healed;
                return;
            }
        }
        if (!world.step(healed + liveness_bound)) {
            break;
        }
        checkers.observe(world);
    }
    if (!checkers.violation()) {
        out.violation = {
            .at = healed + liveness_bound - world.kernel().start(),
            .checker = "recovers",
            .what = fmt::format(
                "{} after the last fault {}",
                format_duration(liveness_bound),
                join(world.complaints(), "; ")
            ),
        };
    }
}

void fold(CampaignReport& report, RunDigest& digest, const SeedOutcome& outcome) {
    ++report.seeds;
    report.events += outcome.events;
    report.simulated += outcome.simulated;
    digest.fold(outcome.digest);
    for (std::size_t i = 0; i < mark_count; ++i) {
        report.marks[i] += outcome.marks[i];
    }
    if (outcome.recovery > report.slowest_recovery) {
        report.slowest_recovery = outcome.recovery;
        report.slowest_seed = outcome.seed;
    }
    if (outcome.violation) {
        ++report.failed;
        if (report.failures.size() < failures_kept) {
            report.failures.push_back(outcome);
        }
    }
}

} // namespace

SeedOutcome run_seed(
    const Blueprint& blueprint,
    Trust& trust,
    const Scenario& scenario,
    const WorldOptions& options,
    Keep keep
) {
    Script script = scenario.script;
    if (scenario.draws_faults) {
        script =
            merge_scripts(std::move(script), draw_faults(blueprint, options.seed, scenario.length));
    }
    World world(blueprint, trust, std::move(script), options);
    Checkers checkers(trust.needles());
    SeedOutcome outcome{.seed = options.seed};
    const Instant end = options.start + scenario.length;
    while (!checkers.violation() && world.step(end)) {
        checkers.observe(world);
    }
    await_recovery(world, checkers, scenario, outcome);
    if (checkers.violation()) {
        outcome.violation = checkers.violation();
    }
    outcome.events = world.kernel().events();
    outcome.simulated = world.kernel().elapsed();
    outcome.marks = world.kernel().marks();
    if (keep == Keep::everything) {
        outcome.script = world.script();
        outcome.timeline = world.kernel().timeline();
    }
    outcome.digest = world.seal();
    return outcome;
}

CampaignReport run_campaign(
    const Blueprint& blueprint,
    const Scenario& scenario,
    const CampaignOptions& options,
    const TrustFactory& make_trust,
    Parallel& parallel,
    Progress& progress
) {
    CampaignReport report;
    RunDigest digest;
    const auto run = [&](std::uint64_t seed) {
        const std::unique_ptr<Trust> trust = make_trust();
        const WorldOptions world{.start = options.start, .seed = seed, .canary = scenario.canary};
        return run_seed(blueprint, *trust, scenario, world);
    };
    const auto repeats = [&](std::uint64_t seed) {
        return options.repeat_every > 0 && seed % options.repeat_every == 0;
    };
    progress.begin("running seeds", options.seeds);
    for (std::uint64_t done = 0; done < options.seeds;) {
        const std::uint64_t count = std::min(batch_size, options.seeds - done);
        std::vector<SeedOutcome> outcomes(count);
        parallel.for_each(count, [&](std::size_t i) {
            const std::uint64_t seed = options.first_seed + done + i;
            outcomes[i] = run(seed);
            if (repeats(seed) && !outcomes[i].violation && run(seed).digest != outcomes[i].digest) {
                outcomes[i].violation = {
                    .at = outcomes[i].simulated,
                    .checker = "same seed, same digest",
                    .what = "a second run did something else",
                };
            }
        });
        for (const SeedOutcome& outcome : outcomes) {
            fold(report, digest, outcome);
            report.repeated += repeats(outcome.seed) ? 1U : 0U;
        }
        done += count;
        progress.advance(done, fmt::format("{} failed", report.failed));
    }
    report.digest = digest.value();
    progress.end(fmt::format("{} run, {} failed", count_of(report.seeds, "seed"), report.failed));
    return report;
}

} // namespace ducksnest::sim
