#pragma once

#include "diag/diagnostic.h"
#include "diag/source.h"
#include "model/homelab.h"

#include <optional>
#include <string>
#include <vector>

namespace ducksnest::app {

/// All that is known about a homelab.toml, also when nothing works.
struct Examined {
    diag::Sources sources{};
    std::optional<model::Homelab> homelab{};     ///< Set when there is no error.
    std::vector<diag::Diagnostic> diagnostics{}; ///< Sorted by place.
};

/// Reads and checks the text of a homelab.toml in all stages: syntax and schema, what values mean
/// together, what the plan makes of them. Pure. `name` is how messages call the file.
Examined examine(std::string name, std::string text);

} // namespace ducksnest::app
