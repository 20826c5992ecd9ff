#pragma once

#include "config/tree.h"
#include "diag/source.h"

#include <expected>
#include <string>
#include <string_view>

namespace ducksnest::config {

/// Where and why a text is no TOML, in the parser's words.
struct SyntaxError {
    std::string context{}; ///< What it was reading: "table header", "string"; may be empty.
    std::string message{}; ///< "expected '=', saw 'x'".
    diag::Place place{};
};

/// Reads TOML 1.0 text. `text` has the lines of `file` (a copy in which some lines may be blanked);
/// the spans point into `file`. Keys nested deeper than `check_text` allows overflow the stack.
std::expected<Value, SyntaxError>
parse_toml(std::string_view text, const diag::SourceFile& file, std::uint32_t file_index);

} // namespace ducksnest::config
