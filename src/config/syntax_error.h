#pragma once

#include "config/toml.h"
#include "diag/diagnostic.h"

#include <string_view>

namespace ducksnest::config {

/// How the message of a character that TOML does not have outside of strings and comments starts.
inline constexpr std::string_view foreign_character =
    "only strings and comments have letters beyond ASCII";

/// A parser's error in words that say what to do: text without quotes, a key that stands twice, a
/// string that is not closed.
diag::Diagnostic
describe(const SyntaxError& error, const diag::SourceFile& file, std::uint32_t file_index);

/// Without blanks at both ends.
std::string_view trim(std::string_view text);
/// Whether a line starts a section.
bool is_header(std::string_view line);

} // namespace ducksnest::config
