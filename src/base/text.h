#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest {

/// The candidate closest to `word` by edit distance, when it is close enough to be a likely typo:
/// at most 2 edits, and fewer than half the letters. For "did you mean" help.
std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates);

/// Number of single-letter insertions, deletions, replacements and swaps of neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b);

std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);

/// "1 node", "3 nodes".
std::string count_of(std::size_t count, std::string_view noun);

} // namespace ducksnest
