#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ducksnest::diag {

/// One character of a source text as a terminal may safely show it.
struct Glyph {
    std::string text{};      ///< UTF-8; never a control character.
    std::size_t columns = 1; ///< 0 for combining marks, 2 for wide characters, 4 for a tab.
    std::size_t bytes = 1;   ///< How much of the source it covers.
};

/// The character at `at`, which must be inside the text. Tabs become four spaces, control
/// characters their pictures (U+2400 block), bytes that are no UTF-8 and characters that reorder
/// text U+FFFD.
Glyph next_glyph(std::string_view text, std::size_t at);

/// Bytes of the UTF-8 character at `at` (RFC 3629), or 0 when the bytes there are none.
std::size_t utf8_size(std::string_view text, std::size_t at);

/// A text as its glyphs: nothing in it can move the cursor or reorder a line.
std::string printable(std::string_view text);

/// Columns a text takes on a terminal.
std::size_t display_width(std::string_view text);

} // namespace ducksnest::diag
