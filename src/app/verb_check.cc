#include "app/context.h"
#include "app/homelab.h"
#include "app/verbs.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::app {
namespace {

std::size_t count_errors(const std::vector<diag::Diagnostic>& diagnostics) {
    return static_cast<std::size_t>(
        std::ranges::count(diagnostics, diag::Severity::error, &diag::Diagnostic::severity)
    );
}

Json answer(const Examined& examined, const std::string& file) {
    Json::Array items;
    for (const diag::Diagnostic& diagnostic : examined.diagnostics) {
        items.push_back(diag::to_json(diagnostic, examined.sources));
    }
    const std::size_t errors = count_errors(examined.diagnostics);
    const std::size_t warnings = examined.diagnostics.size() - errors;
    return Json::object({
        {"schema", "ducksnest.check/1"},
        {"file", file},
        {"errors", static_cast<std::int64_t>(errors)},
        {"warnings", static_cast<std::int64_t>(warnings)},
        {"diagnostics", std::move(items)},
    });
}

/// "`homelab.toml` is good: 2 sites, 4 nodes, 2 apps".
std::string praise(const model::Homelab& homelab, const std::string& file) {
    std::string text = fmt::format(
        "`{}` is good: {}, {}",
        file,
        count_of(homelab.sites.size(), "site"),
        count_of(homelab.nodes.size(), "node")
    );
    if (!homelab.apps.empty()) {
        text += ", " + count_of(homelab.apps.size(), "app");
    }
    return text + "\n";
}

Result<Exit> run_check(Context& context) {
    const Examined examined = TRY(examine_homelab(context));
    const std::string& file = context.options().file;
    const bool is_good = examined.homelab.has_value();
    if (context.options().json) {
        context.out_json(answer(examined, file));
    } else {
        tell(context, examined.diagnostics, examined.sources);
        if (is_good) {
            context.out(praise(*examined.homelab, file));
        }
    }
    return is_good ? Exit::done : Exit::invalid_homelab;
}

} // namespace

Command check_command() {
    return {
        .path = "check",
        .summary = "check homelab.toml and report every mistake at once",
        .description =
            "Reads the file, checks every key and whether the values fit together: addresses, "
            "names, "
            "keys, money, and whether everything finds a place. Each mistake is shown where it "
            "stands, "
            "with what to do about it. Nothing else is read and nothing is written.\n\n"
            "Ends with 0 when the file can be used, also with warnings, and with 3 when it cannot.",
        .examples =
            {{.command = "ducksnest check", .says = "check ./homelab.toml"},
             {.command = "ducksnest check --json", .says = "the same for an editor or a workflow"}},
        .run = run_check,
    };
}

} // namespace ducksnest::app
