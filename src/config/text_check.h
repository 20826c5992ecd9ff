#pragma once

#include "diag/diagnostic.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ducksnest::config {

/// What a text must be before a parser may see it: at most 16 MiB of UTF-8 without control
/// characters, no key with more than 16 dots. The first breach, or nothing.
std::optional<diag::Diagnostic> check_text(std::string_view text, std::uint32_t file_index);

/// The first character outside of strings and comments that is not ASCII. TOML has none there, and
/// toml++ 3.3 must not see one: its test for foreign white space is undefined for most of them.
std::optional<std::size_t> find_foreign(std::string_view text);

} // namespace ducksnest::config
