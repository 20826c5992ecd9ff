#include "app/homelab.h"

#include "base/bytes.h"
#include "base/text.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

Json record(const std::vector<diag::Diagnostic>& diagnostics, const diag::Sources& sources) {
    Json::Array items;
    for (const diag::Diagnostic& diagnostic : diagnostics) {
        items.push_back(diag::to_json(diagnostic, sources));
    }
    return Json::object({{"schema", "ducksnest.diagnostics/1"}, {"diagnostics", std::move(items)}});
}

} // namespace

Result<Examined> examine_homelab(Context& context) {
    const std::string& name = context.options().file;
    const auto bytes = TRY(context.files().read(name));
    if (!bytes) {
        return fail(
            ErrorCode::not_found,
            fmt::format("there is no `{}` in `{}`", name, context.shown_folder()),
            "`ducksnest init` writes one, `-C DIR` names another folder"
        );
    }
    return examine(name, std::string(as_text(*bytes)));
}

void tell(
    Context& context, const std::vector<diag::Diagnostic>& diagnostics, const diag::Sources& sources
) {
    if (diagnostics.empty()) {
        return;
    }
    context.err(
        context.options().json
            ? record(diagnostics, sources).dump() + "\n"
            : diag::render_all(diagnostics, sources, {.colour = context.err_style().colour})
    );
}

std::expected<CheckedHomelab, Exit> load_homelab(Context& context) {
    Result<Examined> examined = examine_homelab(context);
    if (!examined) {
        return std::unexpected(context.report(examined.error()));
    }
    const bool is_broken = !examined->homelab.has_value();
    if (is_broken) {
        tell(context, examined->diagnostics, examined->sources);
        return std::unexpected(Exit::invalid_homelab);
    }
    if (!examined->diagnostics.empty()) {
        context.say(fmt::format(
            "{} in `{}`: `ducksnest check` shows {}",
            count_of(examined->diagnostics.size(), "warning"),
            context.options().file,
            examined->diagnostics.size() == 1 ? "it" : "them"
        ));
    }
    return CheckedHomelab{
        .homelab = *std::move(examined->homelab),
        .sources = std::move(examined->sources),
        .diagnostics = std::move(examined->diagnostics)
    };
}

} // namespace ducksnest::app
