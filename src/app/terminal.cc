#include "app/terminal.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace ducksnest::app {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// Unicode 15, East Asian Width W and F, in the blocks a terminal meets (UAX #11).
constexpr std::array wide = {
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x23E9, 0x23EC},
    Range{0x2614, 0x2615},   Range{0x2705, 0x2705},   Range{0x274C, 0x274C},
    Range{0x2753, 0x2755},   Range{0x2795, 0x2797},   Range{0x2E80, 0x303E},
    Range{0x3041, 0x33FF},   Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},
    Range{0xA000, 0xA4CF},   Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},
    Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},
    Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF},
    Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD},
};

// Combining marks, Hangul medial and final jamo, zero-width characters and variation selectors.
constexpr std::array zero = {
    Range{0x0300, 0x036F},
    Range{0x1160, 0x11FF},
    Range{0x200B, 0x200F},
    Range{0x20D0, 0x20FF},
    Range{0xFE00, 0xFE0F},
    Range{0xFE20, 0xFE2F},
};

template <std::size_t size>
bool contains(const std::array<Range, size>& ranges, char32_t c) {
    return std::ranges::any_of(ranges, [c](Range r) { return c >= r.first && c <= r.last; });
}

std::size_t width_of(char32_t c) {
    if (contains(zero, c)) {
        return 0;
    }
    return contains(wide, c) ? 2 : 1;
}

/// One visible character or escape sequence at the front of a text.
struct Glyph {
    std::size_t bytes = 0;
    std::size_t columns = 0;
};

Glyph first_glyph(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    if (text.starts_with("\033[")) {
        const std::size_t end = text.find_first_of("mK", 2);
        return {.bytes = end == std::string_view::npos ? text.size() : end + 1, .columns = 0};
    }
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const std::size_t bytes = std::min(length, text.size());
    char32_t c = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        c = (c << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    return {.bytes = bytes, .columns = width_of(c)};
}

std::string_view code_of(Tone tone) {
    switch (tone) {
    case Tone::plain:
        return "";
    case Tone::strong:
        return "1";
    case Tone::faint:
        return "2";
    case Tone::good:
        return "32";
    case Tone::warning:
        return "33";
    case Tone::bad:
        return "31";
    case Tone::accent:
        return "36";
    }
    return "";
}

} // namespace

bool wants_colour(ColourChoice choice, const Environment& environment, bool is_terminal) {
    if (choice != ColourChoice::automatic) {
        return choice == ColourChoice::always;
    }
    const bool is_refused = environment.no_color && !environment.no_color->empty();
    return is_terminal && !is_refused && environment.term != "dumb";
}

std::string paint(std::string_view text, Tone tone, const Style& style) {
    if (!style.colour || tone == Tone::plain || text.empty()) {
        return std::string(text);
    }
    std::string painted = "\033[";
    painted += code_of(tone);
    painted += 'm';
    painted += text;
    painted += "\033[0m";
    return painted;
}

std::size_t display_width(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        const Glyph glyph = first_glyph(text);
        columns += glyph.columns;
        text.remove_prefix(glyph.bytes);
    }
    return columns;
}

std::string clip(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) {
        return std::string(text);
    }
    std::string clipped;
    std::size_t columns = 0;
    while (!text.empty()) {
        const Glyph glyph = first_glyph(text);
        if (columns + glyph.columns + 1 > width) {
            break;
        }
        clipped += text.substr(0, glyph.bytes);
        columns += glyph.columns;
        text.remove_prefix(glyph.bytes);
    }
    return width == 0 ? clipped : clipped + "…";
}

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
    std::string out;
    std::size_t column = 0;
    for (const std::string_view word : split(text, ' ')) {
        if (word.empty()) {
            continue;
        }
        const std::size_t columns = display_width(word);
        if (column != 0 && column + 1 + columns > width) {
            out += '\n';
            column = 0;
        }
        if (column == 0) {
            out.append(indent, ' ');
            column = indent;
        } else {
            out += ' ';
            ++column;
        }
        out += word;
        column += columns;
    }
    return out;
}

} // namespace ducksnest::app
