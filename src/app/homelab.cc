#include "app/homelab.h"

#include "base/bytes.h"
#include "config/load.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

/// Each stage looks only at what the one before found no error in: its messages would be noise.
void check_in_stages(Examined& examined, std::uint32_t file) {
    config::Loaded loaded = config::load(examined.sources, file);
    examined.diagnostics = std::move(loaded.diagnostics);
    if (!loaded.homelab || diag::has_errors(examined.diagnostics)) {
        return;
    }
    examined.homelab = std::move(loaded.homelab);
    diag::normalize(examined.diagnostics);
}

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
    Examined examined;
    const std::uint32_t file = examined.sources.add(name, std::string(as_text(*bytes)));
    check_in_stages(examined, file);
    return examined;
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
    if (is_broken || context.options().verbosity != Verbosity::quiet) {
        tell(context, examined->diagnostics, examined->sources);
    }
    if (is_broken) {
        return std::unexpected(Exit::invalid_homelab);
    }
    return CheckedHomelab{
        .homelab = *std::move(examined->homelab),
        .sources = std::move(examined->sources),
        .diagnostics = std::move(examined->diagnostics)
    };
}

} // namespace ducksnest::app
