#include "pki/pem.h"

#include "base/assert.h"

#include <algorithm>
#include <array>
#include <string>

namespace ducksnest::pki::pem {

namespace {

constexpr std::size_t line_letters = 64;
constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string marker(std::string_view kind, std::string_view label) {
    return "-----" + std::string(kind) + " " + std::string(label) + "-----\n";
}

/// Writes into memory of exactly the right size, so that nothing is left behind in a buffer that
/// had to grow: a key's text goes through here.
class Cursor {
public:
    explicit Cursor(std::span<std::uint8_t> out)
        : out_(out) {}
    void text(std::string_view letters) {
        std::ranges::copy(letters, out_.begin() + static_cast<std::ptrdiff_t>(at_));
        at_ += letters.size();
    }
    void letter(char value) { out_[at_++] = static_cast<std::uint8_t>(value); }
    std::size_t position() const { return at_; }

private:
    std::span<std::uint8_t> out_;
    std::size_t at_ = 0;
};

std::size_t encoded_size(std::string_view label, std::size_t size) {
    const std::size_t letters = (size + 2) / 3 * 4;
    const std::size_t lines = (letters + line_letters - 1) / line_letters;
    return marker("BEGIN", label).size() + letters + lines + marker("END", label).size();
}

void encode_into(std::span<std::uint8_t> out, std::string_view label, ByteView der) {
    Cursor cursor(out);
    cursor.text(marker("BEGIN", label));
    std::size_t column = 0;
    for (std::size_t at = 0; at < der.size(); at += 3) {
        const std::size_t have = std::min<std::size_t>(3, der.size() - at);
        std::uint32_t group = static_cast<std::uint32_t>(der[at]) << 16;
        group |= have > 1 ? static_cast<std::uint32_t>(der[at + 1]) << 8 : 0U;
        group |= have > 2 ? static_cast<std::uint32_t>(der[at + 2]) : 0U;
        cursor.letter(alphabet[group >> 18 & 63]);
        cursor.letter(alphabet[group >> 12 & 63]);
        cursor.letter(have > 1 ? alphabet[group >> 6 & 63] : '=');
        cursor.letter(have > 2 ? alphabet[group & 63] : '=');
        column += 4;
        if (column == line_letters || at + 3 >= der.size()) {
            cursor.letter('\n');
            column = 0;
        }
    }
    cursor.text(marker("END", label));
    ASSERT(cursor.position() == out.size());
}

constexpr std::array<std::int8_t, 256> make_values() {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t index = 0; index < alphabet.size(); ++index) {
        values[static_cast<unsigned char>(alphabet[index])] = static_cast<std::int8_t>(index);
    }
    return values;
}

constexpr std::array<std::int8_t, 256> letter_values = make_values();

/// One line of base64 appended; padding may stand only at the very end of a block.
bool decode_line(std::string_view line, Bytes& out) {
    if (line.empty() || line.size() > line_letters || line.size() % 4 != 0) {
        return false;
    }
    for (std::size_t at = 0; at < line.size(); at += 4) {
        std::size_t letters = 4;
        if (at + 4 == line.size()) {
            letters -= line.ends_with("==") ? 2U : line.ends_with('=') ? 1U : 0U;
        }
        std::uint32_t group = 0;
        for (std::size_t index = 0; index < 4; ++index) {
            const std::int8_t value =
                index < letters ? letter_values[static_cast<unsigned char>(line[at + index])] : 0;
            if (value < 0) {
                return false;
            }
            group = group << 6 | static_cast<std::uint32_t>(value);
        }
        if ((letters == 2 && (group & 0xffff) != 0) || (letters == 3 && (group & 0xff) != 0)) {
            return false;
        }
        for (std::size_t index = 0; index + 1 < letters; ++index) {
            out.push_back(static_cast<std::uint8_t>(group >> (16 - 8 * index)));
        }
    }
    return true;
}

std::unexpected<Error> corrupt(std::string_view label, std::string_view why) {
    return fail(
        ErrorCode::corrupt,
        "not a PEM file of type `" + std::string(label) + "`: " + std::string(why)
    );
}

/// Takes one block from the front of `text`.
Result<Bytes> take_block(std::string_view label, std::string_view& text) {
    const std::string begin = marker("BEGIN", label);
    const std::string end = marker("END", label);
    if (!text.starts_with(begin)) {
        return corrupt(label, "it does not begin with its BEGIN line");
    }
    text.remove_prefix(begin.size());
    Bytes der;
    der.reserve(text.size() / 4 * 3);
    for (bool is_last = false; !text.starts_with(end);) {
        const std::size_t stop = text.find('\n');
        if (stop == std::string_view::npos) {
            return corrupt(label, "its END line is missing");
        }
        const std::string_view line = text.substr(0, stop);
        // Only the last line may be short or padded.
        if (is_last || !decode_line(line, der)) {
            wipe(der.data(), der.size());
            return corrupt(label, "a line is no base64");
        }
        is_last = line.size() != line_letters || line.ends_with('=');
        text.remove_prefix(stop + 1);
    }
    text.remove_prefix(end.size());
    if (der.empty()) {
        return corrupt(label, "it is empty");
    }
    return der;
}

} // namespace

Bytes encode(std::string_view label, ByteView der) {
    Bytes out(encoded_size(label, der.size()));
    encode_into(out, label, der);
    return out;
}

Secret encode_secret(std::string_view label, ByteView der) {
    Secret out(encoded_size(label, der.size()));
    encode_into(out.span(), label, der);
    return out;
}

Result<Secret> decode(std::string_view label, ByteView text) {
    std::string_view rest = as_text(text);
    Secret der(TRY(take_block(label, rest)));
    if (!rest.empty()) {
        return corrupt(label, "something follows its END line");
    }
    return der;
}

Result<std::vector<Bytes>> decode_all(std::string_view label, ByteView text) {
    std::string_view rest = as_text(text);
    std::vector<Bytes> blocks;
    do {
        blocks.push_back(TRY(take_block(label, rest)));
    } while (!rest.empty());
    return blocks;
}

} // namespace ducksnest::pki::pem
