#include "app/context.h"
#include "app/homelab.h"
#include "app/verbs.h"
#include "base/text.h"
#include "plan/plan.h"
#include "render/tree.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

Result<Tree> read_rendered(Context& context, const Tree& wanted) {
    Tree found;
    for (const auto& [path, file] : wanted) {
        if (auto bytes = TRY(context.files().read(path))) {
            found.emplace(path, TreeFile{.bytes = std::move(*bytes)});
        }
    }
    return found;
}

Json to_json(const std::vector<render::StaleFile>& stale, bool is_written) {
    Json::Array files;
    for (const render::StaleFile& file : stale) {
        files.push_back(Json::object(
            {{"found", file.found},
             {"line", static_cast<std::int64_t>(file.line)},
             {"missing", file.is_missing},
             {"path", file.path},
             {"wanted", file.wanted}}
        ));
    }
    return Json::object(
        {{"schema", "ducksnest.render/1"}, {"stale", std::move(files)}, {"written", is_written}}
    );
}

std::string describe(const render::StaleFile& file, const Style& style) {
    if (file.is_missing) {
        return fmt::format("{}: is missing\n", file.path);
    }
    return fmt::format(
        "{}: differs from line {}\n{}\n{}\n",
        file.path,
        file.line,
        paint("  - " + file.found, Tone::bad, style),
        paint("  + " + file.wanted, Tone::good, style)
    );
}

Exit check(Context& context, const std::vector<render::StaleFile>& stale) {
    if (context.options().json) {
        context.out_json(to_json(stale, false));
    } else {
        for (const render::StaleFile& file : stale) {
            context.out(describe(file, context.out_style()));
        }
        context.say(
            stale.empty() ? "every rendered file is current"
                          : "`ducksnest render` writes what is stale"
        );
    }
    return stale.empty() ? Exit::done : Exit::differences;
}

Result<Exit> run_render(Context& context) {
    const auto lab = load_homelab(context);
    if (!lab) {
        return lab.error();
    }
    const plan::Plan plan = plan::make_plan(lab->homelab);
    const Tree wanted = render::render_tree(plan);
    if (!plan.pipeline.github) {
        context.say(fmt::format("no workflows for GitHub: {}", plan.pipeline.why_none));
    }
    const Tree found = TRY(read_rendered(context, wanted));
    const std::vector<render::StaleFile> stale = render::stale_files(wanted, found);
    if (context.arguments().has("check")) {
        return check(context, stale);
    }
    const bool is_dry = context.options().dry_run;
    for (const render::StaleFile& file : stale) {
        if (!is_dry) {
            TRY(context.files().write(file.path, wanted.at(file.path)));
        }
        if (!context.options().json) {
            context.out(fmt::format("{} {}\n", is_dry ? "would write" : "wrote", file.path));
        }
    }
    if (context.options().json) {
        context.out_json(to_json(stale, !is_dry));
    } else if (stale.empty()) {
        context.say("every rendered file is current");
    }
    return Exit::done;
}

} // namespace

Command render_command() {
    return {
        .path = "render",
        .summary = "write homelab.lock.json and what else follows from the plan",
        .description =
            "Writes every file that is rendered from homelab.toml and committed beside it. The "
            "same homelab.toml gives the same bytes on every machine; a file that is current is "
            "not touched.\n\n"
            "With --check it writes nothing, tells each stale file with the first line that "
            "differs, and exits 4 when there is one.",
        .flags = {{.name = "check", .summary = "write nothing, exit 4 when something is stale"}},
        .examples =
            {{.command = "ducksnest render", .says = "after a change of homelab.toml"},
             {.command = "ducksnest render --check", .says = "in a pipeline, before a merge"}},
        .run = run_render,
    };
}

} // namespace ducksnest::app
