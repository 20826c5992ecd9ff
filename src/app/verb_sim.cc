#include "app/homelab.h"
#include "app/table.h"
#include "app/twin_view.h"
#include "app/verbs.h"
#include "base/text.h"
#include "plan/plan.h"
#include "sim/campaign.h"
#include "sim/twin_trust.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

/// Simulated runs begin here, whatever today is: a run depends on its seed alone.
constexpr Instant simulated_start = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);

/// The scenario of --scenario, or one that draws everything; Exit when it has mistakes.
std::expected<sim::Scenario, Exit>
read_scenario(Context& context, const sim::Blueprint& blueprint) {
    const std::optional<std::string> path = context.arguments().text("scenario");
    if (!path) {
        return sim::Scenario();
    }
    const Result<std::optional<Bytes>> bytes = context.files().read(context.show_folder(*path));
    if (!bytes) {
        return std::unexpected(context.report(bytes.error()));
    }
    if (!bytes->has_value()) {
        return std::unexpected(context.report(
            Error{.code = ErrorCode::not_found, .message = fmt::format("there is no `{}`", *path)}
        ));
    }
    diag::Sources sources;
    const std::uint32_t file = sources.add(*path, std::string(as_text(**bytes)));
    sim::LoadedScenario loaded = sim::load_scenario(sources, file, blueprint);
    if (!loaded.scenario) {
        tell(context, loaded.diagnostics, sources);
        return std::unexpected(Exit::failed);
    }
    return *std::move(loaded.scenario);
}

/// What repeats one seed of this campaign, to be typed as it stands.
std::string replay_command(Context& context, std::uint64_t seed) {
    std::string command = "ducksnest";
    if (context.options().folder != ".") {
        command += " -C " + context.options().folder;
    }
    command += fmt::format(" sim --first {} --seeds 1", seed);
    if (const std::optional<std::string> scenario = context.arguments().text("scenario")) {
        command += " --scenario " + *scenario;
    }
    return command;
}

std::string show_marks(const sim::MarkCounts& marks, const Style& style) {
    Table table({{.title = "sometimes"}, {.title = "times", .align = Align::right}});
    for (std::size_t i = 0; i < sim::mark_count; ++i) {
        const std::string name(to_string(static_cast<sim::Mark>(i)));
        table.add(
            {{name},
             {marks.at(i) == 0 ? "never" : fmt::format("{}", marks.at(i)),
              marks.at(i) == 0 ? Tone::warning : Tone::plain}}
        );
    }
    return table.render(style);
}

Json to_json(Context& context, const sim::SeedOutcome& failure) {
    return Json::object(
        {{"after_ms", failure.violation->at.count()},
         {"checker", failure.violation->checker},
         {"digest", sim::format_digest(failure.digest)},
         {"replay", replay_command(context, failure.seed)},
         {"seed", static_cast<std::int64_t>(failure.seed)},
         {"what", failure.violation->what}}
    );
}

Json to_json(Context& context, const sim::CampaignReport& report, Duration real) {
    Json::Object marks;
    for (std::size_t i = 0; i < sim::mark_count; ++i) {
        marks.emplace_back(
            to_string(static_cast<sim::Mark>(i)), static_cast<std::int64_t>(report.marks.at(i))
        );
    }
    Json::Array failures;
    for (const sim::SeedOutcome& failure : report.failures) {
        failures.push_back(to_json(context, failure));
    }
    return Json::object(
        {{"digest", sim::format_digest(report.digest)},
         {"events", static_cast<std::int64_t>(report.events)},
         {"failed", static_cast<std::int64_t>(report.failed)},
         {"failures", std::move(failures)},
         {"marks", Json::object(std::move(marks))},
         {"real_ms", real.count()},
         {"repeated", static_cast<std::int64_t>(report.repeated)},
         {"schema", "ducksnest.sim/1"},
         {"seeds", static_cast<std::int64_t>(report.seeds)},
         {"simulated_ms", report.simulated.count()},
         {"slowest_recovery_ms", report.slowest_recovery.count()},
         {"slowest_seed", static_cast<std::int64_t>(report.slowest_seed)}}
    );
}

void show_campaign(Context& context, const sim::CampaignReport& report, Duration real) {
    const Style style = context.out_style();
    context.out(show_marks(report.marks, style));
    for (const sim::SeedOutcome& failure : report.failures) {
        context.out(fmt::format(
            "\n{}: {} after {}: {}\n  {}\n",
            paint(fmt::format("seed {}", failure.seed), Tone::bad, style),
            failure.violation->checker,
            show_elapsed(failure.violation->at),
            failure.violation->what,
            replay_command(context, failure.seed)
        ));
    }
    context.out(fmt::format(
        "\n{}, {} failed; {} run twice with the same digest; slowest recovery {} (seed {})\n"
        "simulated {} days in {} ms, {} times real time, {} seeds a minute; digest {}\n",
        count_of(report.seeds, "seed"),
        report.failed,
        report.repeated,
        show_elapsed(report.slowest_recovery),
        report.slowest_seed,
        report.simulated / std::chrono::days(1),
        real.count(),
        show_speed(report.simulated, real),
        report.seeds * 60'000 / static_cast<std::uint64_t>(std::max<std::int64_t>(real.count(), 1)),
        sim::format_digest(report.digest)
    ));
}

/// One seed in every detail: what was drawn, what happened, and how it ended.
void show_single(
    Context& context, const sim::Blueprint& blueprint, const sim::SeedOutcome& outcome
) {
    const Style style = context.out_style();
    context.out(fmt::format("seed {} does\n", outcome.seed));
    for (const sim::Step& step : outcome.script) {
        context.out(fmt::format("  {}\n", describe(step, blueprint)));
    }
    context.out("\nand this happens\n");
    context.out(show_timeline(outcome.timeline, simulated_start, style));
    context.out("\n");
}

Result<Exit> run_sim(Context& context) {
    const auto lab = load_homelab(context);
    if (!lab) {
        return lab.error();
    }
    const plan::Plan plan = plan::make_plan(lab->homelab);
    const sim::Blueprint blueprint = TRY(sim::make_blueprint(plan));
    const auto scenario = read_scenario(context, blueprint);
    if (!scenario) {
        return scenario.error();
    }
    if (*context.arguments().integer("seeds") == 0) {
        return context.report(
            Error{
                .code = ErrorCode::invalid,
                .message = "`--seeds 0` runs nothing",
                .help = "give it at least 1"
            },
            Exit::usage
        );
    }
    const sim::CampaignOptions options{
        .first_seed = static_cast<std::uint64_t>(*context.arguments().integer("first")),
        .seeds = static_cast<std::uint64_t>(*context.arguments().integer("seeds")),
        .start = simulated_start,
    };
    context.progress().begin("making and proving the twin's keys and certificates", 0);
    const sim::TwinGround ground =
        TRY(sim::TwinGround::make(plan, options.start, context.random(), context.parallel()));
    sim::LiveTrust live(ground, context.parallel());
    TRY(live.prove(options.start));
    const sim::Needles needles = ground.needles(live.opened());
    context.progress().end(fmt::format(
        "every machine opened its secrets, {} handshakes went well", ground.edges().size()
    ));
    const sim::TrustFactory make_trust = [&] {
        return std::make_unique<sim::ProvenTrust>(live, needles);
    };
    const Instant before = context.clock().now();
    const sim::CampaignReport report = run_campaign(
        blueprint, *scenario, options, make_trust, context.parallel(), context.progress()
    );
    const Duration real = context.clock().now() - before;
    if (context.options().json) {
        context.out_json(to_json(context, report, real));
    } else {
        if (options.seeds == 1) {
            const std::unique_ptr<sim::Trust> trust = make_trust();
            const sim::WorldOptions world{
                .start = options.start, .seed = options.first_seed, .canary = scenario->canary
            };
            show_single(
                context,
                blueprint,
                run_seed(blueprint, *trust, *scenario, world, sim::Keep::everything)
            );
        }
        show_campaign(context, report, real);
    }
    return report.failed == 0 ? Exit::done : Exit::failed;
}

} // namespace

Command sim_command() {
    return {
        .path = "sim",
        .summary = "try the homelab against thousands of simulated failures",
        .description =
            "Every seed is a run of the twin in which machines, sites and links fail as the seed "
            "draws it, while checkers look after every event: no pod in two places, none where it "
            "does not fit or must not be, one writer, no eviction before its time, a dark site "
            "emptied in time. Then everything is healed and must be well again within 30 "
            "minutes.\n\n"
            "A seed that fails is shown with the command that repeats it. With --seeds 1 the whole "
            "run is told. Exit 1 when a seed fails.",
        .flags =
            {{.name = "seeds",
              .value = Value::integer,
              .metavar = "N",
              .summary = "how many runs",
              .fallback = "1000"},
             {.name = "first",
              .value = Value::integer,
              .metavar = "SEED",
              .summary = "the first seed",
              .fallback = "1"},
             {.name = "scenario",
              .value = Value::file,
              .metavar = "FILE",
              .summary = "what happens in every run, as TOML"}},
        .examples =
            {{.command = "ducksnest sim --seeds 1000", .says = "a thousand bad days"},
             {.command = "ducksnest sim --first 4711 --seeds 1", .says = "one of them, told"}},
        .run = run_sim,
    };
}

} // namespace ducksnest::app
