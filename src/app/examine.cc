#include "app/examine.h"

#include "config/load.h"
#include "model/check.h"
#include "plan/check.h"

#include <algorithm>
#include <iterator>

namespace ducksnest::app {

Examined examine(std::string name, std::string text) {
    Examined examined;
    const std::uint32_t file = examined.sources.add(std::move(name), std::move(text));
    config::Loaded loaded = config::load(examined.sources, file);
    examined.diagnostics = std::move(loaded.diagnostics);
    const auto add = [&](std::vector<diag::Diagnostic> found) {
        std::ranges::move(found, std::back_inserter(examined.diagnostics));
    };
    if (loaded.homelab) {
        add(model::check(*loaded.homelab));
    }
    if (loaded.homelab && !diag::has_errors(examined.diagnostics)) {
        add(plan::check(*loaded.homelab));
    }
    if (diag::has_errors(examined.diagnostics)) {
        // A misspelt key is reported as such; that its right name is missing would be the same
        // again.
        std::erase_if(examined.diagnostics, [](const diag::Diagnostic& diagnostic) {
            return diagnostic.severity == diag::Severity::warning;
        });
    } else {
        examined.homelab = std::move(loaded.homelab);
    }
    diag::normalize(examined.diagnostics);
    return examined;
}

} // namespace ducksnest::app
