#pragma once

#include "diag/diagnostic.h"
#include "model/homelab.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ducksnest::config {

/// What a text says, and everything wrong with how it says it, sorted by place.
struct Loaded {
    /// Set when all that the model needs could be read, also when there are diagnostics.
    std::optional<model::Homelab> homelab{};
    std::vector<diag::Diagnostic> diagnostics{};
};

/// Reads homelab.toml from `sources`. Checks syntax, keys and types; what values mean together is
/// checked by `model::check`.
Loaded load(const diag::Sources& sources, std::uint32_t file);

} // namespace ducksnest::config
