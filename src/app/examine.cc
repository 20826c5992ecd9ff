#include "app/examine.h"

#include "config/load.h"
#include "model/check.h"

#include <algorithm>

namespace ducksnest::app {

Examined examine(std::string name, std::string text) {
    Examined examined;
    const std::uint32_t file = examined.sources.add(std::move(name), std::move(text));
    config::Loaded loaded = config::load(examined.sources, file);
    examined.diagnostics = std::move(loaded.diagnostics);
    if (loaded.homelab) {
        std::ranges::move(model::check(*loaded.homelab), std::back_inserter(examined.diagnostics));
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
