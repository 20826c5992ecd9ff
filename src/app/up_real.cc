#include "app/up_real.h"

#include "app/cache.h"
#include "app/homelab.h"
#include "app/table.h"
#include "app/up_steps.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::app {
namespace {

enum class StepState : std::uint8_t { current, done, due, unknown, failed, waiting };

std::string_view to_string(StepState state) {
    switch (state) {
    case StepState::current:
        return "current";
    case StepState::done:
        return "done";
    case StepState::due:
        return "would do";
    case StepState::unknown:
        return "unknown";
    case StepState::failed:
        return "failed";
    case StepState::waiting:
        return "waits";
    }
    return "";
}

Tone tone_of(StepState state) {
    return state == StepState::done     ? Tone::good
           : state == StepState::failed ? Tone::bad
           : state == StepState::due    ? Tone::warning
                                        : Tone::faint;
}

struct Line {
    std::string step{};
    StepState state = StepState::waiting;
    std::string text{};
};

std::string describe(const std::vector<Line>& lines, const Style& style) {
    Table table({{.title = "STEP"}, {.title = "STATE"}, {.title = "WHAT"}});
    for (const Line& line : lines) {
        table.add(
            {{.text = line.step, .tone = Tone::strong},
             {.text = std::string(to_string(line.state)), .tone = tone_of(line.state)},
             {.text = line.text.substr(0, line.text.find('\n'))}}
        );
    }
    return table.render(style);
}

Json to_json(const std::vector<Line>& lines, bool is_dry_run) {
    Json::Array steps;
    for (const Line& line : lines) {
        steps.push_back(Json::object(
            {{"step", line.step}, {"state", to_string(line.state)}, {"what", line.text}}
        ));
    }
    return Json::object(
        {{"schema", "ducksnest.up/1"}, {"dry_run", is_dry_run}, {"steps", std::move(steps)}}
    );
}

/// What a step comes to in a rehearsal. What depends on a step before it may not be known yet.
Line rehearse(const Step& step, bool is_first_due) {
    Line line{.step = step.name};
    const Result<std::string> due = step.look();
    if (!due) {
        line.state = is_first_due ? StepState::failed : StepState::unknown;
        line.text =
            (is_first_due ? "" : "not known before the steps above: ") + due.error().message;
    } else {
        line.state = due->empty() ? StepState::current : StepState::due;
        line.text = *due;
    }
    return line;
}

Result<Line> carry_out(Context& context, const Step& step) {
    const std::string due = TRY(step.look());
    if (due.empty()) {
        return Line{.step = step.name, .state = StepState::current};
    }
    context.say(fmt::format("{}: {}", step.name, due));
    const StepResult result = TRY(step.work());
    return Line{
        .step = step.name,
        .state = result.has_changed ? StepState::done : StepState::current,
        .text = result.text
    };
}

void answer(Context& context, const std::vector<Line>& lines) {
    if (context.options().json) {
        context.out_json(to_json(lines, context.options().dry_run));
    } else {
        context.out(describe(lines, context.out_style()));
    }
}

Exit rehearse_all(Context& context, const std::vector<Step>& steps) {
    std::vector<Line> lines;
    bool has_failed = false;
    for (const Step& step : steps) {
        const bool is_first_due = std::ranges::none_of(lines, [](const Line& line) {
            return line.state == StepState::due || line.state == StepState::unknown;
        });
        lines.push_back(rehearse(step, is_first_due));
        has_failed = has_failed || lines.back().state == StepState::failed;
    }
    answer(context, lines);
    return has_failed ? Exit::failed : Exit::done;
}

Exit carry_out_all(Context& context, const std::vector<Step>& steps) {
    std::vector<Line> lines;
    std::optional<Error> failure;
    for (const Step& step : steps) {
        if (failure) {
            lines.push_back({.step = step.name});
            continue;
        }
        Result<Line> line = carry_out(context, step);
        if (line) {
            lines.push_back(*std::move(line));
        } else {
            failure = std::move(line).error();
            lines.push_back(
                {.step = step.name, .state = StepState::failed, .text = failure->message}
            );
        }
    }
    answer(context, lines);
    if (!failure) {
        return Exit::done;
    }
    const bool is_partly_done =
        std::ranges::any_of(lines, [](const Line& line) { return line.state == StepState::done; });
    const Exit exit = is_partly_done                       ? Exit::partial
                      : failure->code == ErrorCode::denied ? Exit::refused
                                                           : exit_of(*failure);
    return context.report(*failure, exit);
}

} // namespace

Result<Exit> up_real(Context& context) {
    const auto lab = load_homelab(context);
    if (!lab) {
        return lab.error();
    }
    UpRun run(context, lab->homelab, plan::make_plan(lab->homelab));
    if (const Result<void> ready = run.prepare(); !ready) {
        const bool is_refused = ready.error().code == ErrorCode::conflict;
        return context.report(ready.error(), is_refused ? Exit::refused : Exit::failed);
    }
    const std::vector<Step> steps = run.steps();
    return context.options().dry_run ? rehearse_all(context, steps) : carry_out_all(context, steps);
}

std::vector<Flag> up_real_flags() {
    return {
        {.name = "identity",
         .letter = 'i',
         .value = Value::file,
         .metavar = "FILE",
         .summary = "an operator's SSH key: to log in with, and to open secrets"},
        {.name = "kubeconfig",
         .value = Value::file,
         .metavar = "FILE",
         .summary = "how to reach the API server, and as whom",
         .fallback = "~/.kube/config"},
        {.name = "key",
         .value = Value::file,
         .metavar = "FILE",
         .summary = "the secret key that signs what is pushed, in Nix's format"},
        {.name = "unsigned", .summary = "push without a signature"},
        store_flag("to"),
        nix_store_flag(),
        {.name = "system",
         .value = Value::text,
         .metavar = "NODE=PATH",
         .summary = "the system of a node, instead of building it",
         .is_repeated = true},
        {.name = "flake",
         .value = Value::text,
         .metavar = "FLAKE",
         .summary = "where nixosConfigurations are; else the homelab's folder"},
        {.name = "user",
         .value = Value::text,
         .metavar = "NAME",
         .summary = "whom to log in as",
         .fallback = "root"},
        {.name = "address",
         .value = Value::text,
         .metavar = "NODE=HOST[:PORT]",
         .summary = "where a node answers, when not at its own address",
         .is_repeated = true},
        {.name = "no-drain", .summary = "leave pods where they are while nodes switch"},
        {.name = "dirty", .summary = "deploy also what is not committed"},
        {.name = "tailnet-client",
         .value = Value::file,
         .metavar = "FILE",
         .summary = "the secret of a Tailscale OAuth client, to let new machines in"},
        {.name = "first-boot",
         .value = Value::duration,
         .metavar = "TIME",
         .summary = "how long a new machine in the cloud may take until it answers",
         .fallback = "15m"},
    };
}

} // namespace ducksnest::app
