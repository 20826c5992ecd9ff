#pragma once

#include "config/tree.h"
#include "diag/diagnostic.h"

#include <optional>
#include <vector>

namespace ducksnest::config {

/// What could be read of a text.
struct Parsed {
    std::optional<Value> root{}; ///< Without the lines that are no TOML; absent when all is lost.
    bool complete = false;       ///< Every line was read: what is missing is missing in the file.
    std::vector<diag::Diagnostic> diagnostics{};
};

/// Reads TOML and goes on after a mistake where that is safe: a bad line `key = value` is skipped,
/// a bad header with its section. Up to 20 mistakes.
Parsed parse(const diag::SourceFile& file, std::uint32_t file_index);

} // namespace ducksnest::config
