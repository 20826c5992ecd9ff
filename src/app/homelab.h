#pragma once

#include "app/context.h"
#include "app/examine.h"
#include "diag/diagnostic.h"
#include "diag/source.h"
#include "model/homelab.h"

#include <expected>
#include <vector>

namespace ducksnest::app {

/// homelab.toml as a verb gets it: read, checked, without errors.
struct CheckedHomelab {
    model::Homelab homelab{};
    diag::Sources sources{};                     ///< What the model's spans point into.
    std::vector<diag::Diagnostic> diagnostics{}; ///< Warnings only.
};

/// Reads and checks the homelab that -C and -f name. What is wrong with it is told on standard
/// error before this returns: `auto lab = load_homelab(context); if (!lab) { return lab.error();
/// }`. Warnings are told too; with --quiet they are not.
std::expected<CheckedHomelab, Exit> load_homelab(Context& context);

/// What `ducksnest check` shows. `not_found` when there is no such file: the help says how to get
/// one.
Result<Examined> examine_homelab(Context& context);

/// The diagnostics on standard error: rendered for people, one record with --json.
void tell(
    Context& context, const std::vector<diag::Diagnostic>& diagnostics, const diag::Sources& sources
);

} // namespace ducksnest::app
