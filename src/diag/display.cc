#include "diag/display.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace ducksnest::diag {
namespace {

struct CodePoint {
    char32_t value = 0;
    std::size_t bytes = 0; ///< 0: the bytes are no UTF-8.
};

struct Block {
    char32_t first = 0;
    char32_t last = 0;
};

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// East_Asian_Width W and F (Unicode 15, UAX 11), joined into blocks.
constexpr std::array<Block, 15> wide = {{
    {0x1100, 0x115F},
    {0x2E80, 0x303E},
    {0x3041, 0x4DBF},
    {0x4E00, 0xA4CF},
    {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF},
    {0x1F900, 0x1F9FF},
    {0x1FA70, 0x1FAFF},
    {0x20000, 0x3FFFD},
}};

/// Marks that sit on the character before them, and Hangul vowels and finals of a composed
/// syllable.
constexpr std::array<Block, 9> combining = {{
    {0x0300, 0x036F},
    {0x1160, 0x11FF},
    {0x1AB0, 0x1AFF},
    {0x1DC0, 0x1DFF},
    {0x200B, 0x200D},
    {0x20D0, 0x20FF},
    {0xD7B0, 0xD7FB},
    {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F},
}};

/// C1 controls, and the bidirectional controls that make a line read differently than it is.
constexpr std::array<Block, 5> hidden = {{
    {0x0080, 0x009F},
    {0x200E, 0x200F},
    {0x2028, 0x202E},
    {0x2066, 0x2069},
    {0xFEFF, 0xFEFF},
}};

bool is_in(char32_t c, const auto& blocks) {
    return std::ranges::any_of(blocks, [c](const Block& b) { return c >= b.first && c <= b.last; });
}

/// RFC 3629: shortest form, no surrogates, at most U+10FFFF.
CodePoint decode(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) -> unsigned {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const unsigned lead = byte(0);
    if (lead < 0x80) {
        return {.value = lead, .bytes = 1};
    }
    const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4) {
        return {};
    }
    char32_t value = lead & (0x7FU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) {
            return {};
        }
        value = (value << 6U) | (byte(i) & 0x3FU);
    }
    constexpr std::array<char32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    return value < smallest.at(bytes) || surrogate || value > 0x10FFFF
               ? CodePoint{}
               : CodePoint{.value = value, .bytes = bytes};
}

} // namespace

Glyph next_glyph(std::string_view text, std::size_t at) {
    const CodePoint c = decode(text, at);
    if (c.bytes == 0) {
        return {.text = std::string(replacement), .columns = 1, .bytes = 1};
    }
    if (c.value == '\t') {
        return {.text = "    ", .columns = 4, .bytes = 1};
    }
    if (c.value < 0x20 || c.value == 0x7F) {
        std::string picture = "\xE2\x90\x80"; // U+2400
        picture.back() = static_cast<char>(c.value == 0x7F ? 0xA1 : 0x80 + c.value);
        return {.text = picture, .columns = 1, .bytes = 1};
    }
    if (is_in(c.value, hidden)) {
        return {.text = std::string(replacement), .columns = 1, .bytes = c.bytes};
    }
    const std::size_t columns = c.value < 0x300             ? 1
                                : is_in(c.value, combining) ? 0
                                : is_in(c.value, wide)      ? 2
                                                            : 1;
    return {.text = std::string(text.substr(at, c.bytes)), .columns = columns, .bytes = c.bytes};
}

std::size_t utf8_size(std::string_view text, std::size_t at) {
    return decode(text, at).bytes;
}

std::string printable(std::string_view text) {
    std::string shown;
    for (std::size_t at = 0; at < text.size();) {
        const Glyph glyph = next_glyph(text, at);
        shown += glyph.text;
        at += glyph.bytes;
    }
    return shown;
}

std::size_t display_width(std::string_view text) {
    std::size_t columns = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Glyph glyph = next_glyph(text, at);
        columns += glyph.columns;
        at += glyph.bytes;
    }
    return columns;
}

} // namespace ducksnest::diag
