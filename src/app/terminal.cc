#include "app/terminal.h"

#include "base/text.h"
#include "diag/display.h"

#include <algorithm>

namespace ducksnest::app {
namespace {

/// One visible character or escape sequence at the front of a text.
struct Piece {
    std::size_t bytes = 0;
    std::size_t columns = 0;
};

Piece first_piece(std::string_view text) {
    if (text.starts_with("\033[")) {
        const std::size_t end = text.find_first_of("mK", 2);
        return {.bytes = end == std::string_view::npos ? text.size() : end + 1, .columns = 0};
    }
    const diag::Glyph glyph = diag::next_glyph(text, 0);
    return {.bytes = glyph.bytes, .columns = glyph.columns};
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
        const Piece piece = first_piece(text);
        columns += piece.columns;
        text.remove_prefix(piece.bytes);
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
        const Piece piece = first_piece(text);
        if (columns + piece.columns + 1 > width) {
            break;
        }
        clipped += text.substr(0, piece.bytes);
        columns += piece.columns;
        text.remove_prefix(piece.bytes);
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
