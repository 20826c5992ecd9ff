#include "app/up_twin.h"

#include "app/homelab.h"
#include "app/places.h"
#include "app/twin_view.h"
#include "base/text.h"
#include "plan/plan.h"
#include "sim/twin.h"
#include "sim/twin_trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ducksnest::app {
namespace {

/// "firebat@10m" of `--kill` or `--return`.
Result<sim::Step> parse_step(
    const std::string& text,
    std::string_view flag,
    sim::Action action,
    const sim::Blueprint& blueprint
) {
    const std::size_t at = text.rfind('@');
    if (at == std::string::npos) {
        return fail(
            ErrorCode::invalid,
            fmt::format("`--{} {}` does not say when", flag, text),
            fmt::format("write it like `--{} {}@10m`", flag, text)
        );
    }
    const std::string name = text.substr(0, at);
    const Duration when = TRY(parse_duration(std::string_view(text).substr(at + 1))
                                  .or_help(fmt::format("write it like `--{} {}@10m`", flag, name)));
    const std::optional<sim::NodeIndex> node = blueprint.find_node(name);
    if (!node) {
        std::vector<std::string> names;
        for (const sim::NodeBlueprint& known : blueprint.nodes) {
            names.push_back(known.name);
        }
        const std::optional<std::string> close = closest(name, names);
        return fail(
            ErrorCode::not_found,
            fmt::format("no node is called `{}`", name),
            close ? fmt::format("did you mean `{}`?", *close)
                  : fmt::format("the nodes are {}", join(names, ", "))
        );
    }
    return sim::Step{.at = when, .action = action, .target = *node};
}

/// A step that changes nothing is a mistake in the times.
Result<void> check_script(const sim::Script& script, const sim::Blueprint& blueprint) {
    std::set<sim::NodeIndex> without_power;
    for (const sim::Step& step : script) {
        const bool is_kill = step.action == sim::Action::kill;
        const bool is_change = is_kill ? without_power.insert(step.target).second
                                       : without_power.erase(step.target) != 0;
        if (!is_change) {
            return fail(
                ErrorCode::invalid,
                fmt::format(
                    "`{}` changes nothing: the machine {} power then",
                    describe(step, blueprint),
                    is_kill ? "has no" : "has"
                ),
                is_kill ? "give it a `--return` before, or leave this one out"
                        : "a `--kill` of it must come before"
            );
        }
    }
    return {};
}

Result<sim::TwinOptions> read_options(Context& context, const sim::Blueprint& blueprint) {
    sim::TwinOptions options;
    for (const std::string& text : context.arguments().all("kill")) {
        options.script.push_back(TRY(parse_step(text, "kill", sim::Action::kill, blueprint)));
    }
    for (const std::string& text : context.arguments().all("return")) {
        options.script.push_back(TRY(parse_step(text, "return", sim::Action::return_, blueprint)));
    }
    std::ranges::stable_sort(options.script, {}, &sim::Step::at);
    TRY(check_script(options.script, blueprint));
    options.length = context.arguments().duration("for");
    options.seed = static_cast<std::uint64_t>(context.arguments().integer("seed").value_or(1));
    const Duration last = options.script.empty() ? Duration(0) : options.script.back().at;
    const Duration longest = std::max(last, options.length.value_or(last));
    if (longest > sim::longest_run) {
        return fail(
            ErrorCode::invalid,
            fmt::format(
                "{} is longer than the twin runs, {}",
                format_duration(longest),
                format_duration(sim::longest_run)
            )
        );
    }
    if (options.length && *options.length < last) {
        return fail(
            ErrorCode::invalid,
            fmt::format(
                "`{}` comes after the end, `--for {}`",
                describe(options.script.back(), blueprint),
                format_duration(*options.length)
            ),
            "give `--for` more time, or leave it out"
        );
    }
    // Whole seconds: certificates know no others.
    options.start = std::chrono::floor<std::chrono::seconds>(context.clock().now());
    return options;
}

Result<sim::TwinGround>
make_ground(Context& context, const plan::Plan& plan, const sim::TwinOptions& options) {
    context.progress().begin("making the twin's own keys and certificates", 0);
    sim::TwinGround ground =
        TRY(sim::TwinGround::make(plan, options.start, context.random(), context.parallel()));
    context.progress().end(fmt::format(
        "{} and {} of the twin's own made",
        count_of(plan.nodes.size(), "host key"),
        count_of(plan.trust.certificates.size(), "certificate")
    ));
    return ground;
}

/// Replaces the twin's artifacts as one set; the answer is the folder as people are shown it.
Result<std::string>
keep_artifacts(Context& context, const std::string& homelab, const Tree& artifacts) {
    const std::string folder = TRY(state_folder(context, homelab));
    TRY(context.open_folder(folder)->replace_tree("twin", artifacts));
    return context.show_folder(folder + "/twin");
}

/// What is told on the way: the machines coming up, and with --verbose their pods too. What the
/// script does to them is the answer's business.
sim::Listener
tell_on_the_way(Context& context, const sim::TwinOptions& options, const plan::Plan& plan) {
    std::size_t width = 0;
    for (const plan::NodePlan& node : plan.nodes) {
        width = std::max(width, node.name.size());
    }
    const Instant quiet_from =
        options.script.empty() ? Instant::max() : options.start + options.script.front().at;
    return [&context, start = options.start, quiet_from, width](
               const sim::Happening& happening, std::size_t ready
           ) {
        context.progress().advance(ready, happening.subject + " " + happening.text);
        if (happening.at >= quiet_from) {
            return;
        }
        const std::string line = show_happening(happening, start, width, context.err_style());
        if (happening.topic == sim::Topic::pod) {
            context.detail(line);
        } else {
            context.say(line);
        }
    };
}

Exit answer(
    Context& context,
    const sim::TwinReport& report,
    Duration real,
    const std::optional<std::string>& artifacts
) {
    if (context.options().json) {
        Json json = to_json(report);
        json.set("artifacts", artifacts ? Json(*artifacts) : Json());
        json.set("real_ms", real.count());
        context.out_json(json);
    } else {
        context.out(show_report(report, context.out_style()));
        context.out(fmt::format(
            "\n{}; simulated {} in {} ms, {} times real time; seed {}, digest {}\n",
            report.ready_after ? "everything Ready after " + show_elapsed(*report.ready_after)
                               : std::string("not everything became Ready"),
            show_elapsed(report.simulated),
            real.count(),
            show_speed(report.simulated, real),
            report.seed,
            sim::format_digest(report.digest)
        ));
        if (artifacts) {
            context.out(fmt::format("its keys and certificates are in {}\n", *artifacts));
        }
    }
    if (report.is_well()) {
        return Exit::done;
    }
    const std::string first =
        report.complaints.empty()
            ? fmt::format(
                  "it took longer than {} to become Ready", format_duration(sim::ready_deadline)
              )
            : report.complaints.front();
    for (std::size_t i = 1; i < report.complaints.size(); ++i) {
        context.warn(report.complaints[i]);
    }
    return context.report(Error{.code = ErrorCode::unavailable, .message = first});
}

} // namespace

Result<Exit> up_twin(Context& context) {
    const auto lab = load_homelab(context);
    if (!lab) {
        return lab.error();
    }
    const plan::Plan plan = plan::make_plan(lab->homelab);
    const sim::Blueprint blueprint = TRY(sim::make_blueprint(plan));
    const Result<sim::TwinOptions> options = read_options(context, blueprint);
    if (!options) {
        return context.report(options.error(), Exit::usage);
    }
    const sim::TwinGround ground = TRY(make_ground(context, plan, *options));
    std::optional<std::string> artifacts;
    if (!context.options().dry_run) {
        Result<std::string> kept = keep_artifacts(context, plan.homelab, ground.artifacts());
        if (kept) {
            artifacts = *std::move(kept);
        } else {
            context.warn("the twin's keys are not kept: " + describe(kept.error()));
        }
    }
    const Instant before = context.clock().now();
    sim::LiveTrust trust(ground, context.parallel());
    context.progress().begin("bringing the twin up", plan.nodes.size());
    const sim::TwinReport report =
        run_twin(plan, blueprint, trust, *options, tell_on_the_way(context, *options, plan));
    context.progress().end(fmt::format("the twin has run for {}", show_elapsed(report.simulated)));
    return answer(context, report, context.clock().now() - before, artifacts);
}

} // namespace ducksnest::app
