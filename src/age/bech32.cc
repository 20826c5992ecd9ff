#include "age/bech32.h"

#include "base/secret.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace ducksnest::age {
namespace {

// BIP 173: the alphabet, and the generator of the checksum's BCH code.
constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::array<std::uint32_t, 5> generator = {
    0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
};
constexpr std::size_t checksum_size = 6;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

class Checksum {
public:
    explicit Checksum(std::string_view prefix) {
        for (const char c : prefix) {
            add(static_cast<std::uint8_t>(lower(c)) >> 5U);
        }
        add(0);
        for (const char c : prefix) {
            add(static_cast<std::uint8_t>(lower(c)) & 31U);
        }
    }
    void add(std::uint32_t value) {
        const std::uint32_t top = state_ >> 25U;
        state_ = ((state_ & 0x1ffffffU) << 5U) ^ value;
        for (std::size_t i = 0; i < generator.size(); ++i) {
            if (((top >> i) & 1U) != 0) {
                state_ ^= generator[i];
            }
        }
    }
    std::uint32_t state() const { return state_; }

private:
    std::uint32_t state_ = 1;
};

/// Five-bit values to bytes; the bits left over must be fewer than five and zero.
Result<Bytes> join_bits(ByteView values) {
    Bytes bytes;
    bytes.reserve(values.size() * 5 / 8);
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (const std::uint8_t value : values) {
        buffer = (buffer << 5U) | value;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<std::uint8_t>((buffer >> bits) & 255U));
        }
    }
    if (bits >= 5 || (buffer & ((1U << bits) - 1)) != 0) {
        return fail(
            ErrorCode::invalid, "bech32 text is not canonical: it has padding that is not zero"
        );
    }
    return bytes;
}

Bytes split_bits(ByteView bytes) {
    Bytes values;
    values.reserve(bytes.size() * 8 / 5 + 1);
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (const std::uint8_t byte : bytes) {
        buffer = (buffer << 8U) | byte;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            values.push_back(static_cast<std::uint8_t>((buffer >> bits) & 31U));
        }
    }
    if (bits > 0) {
        values.push_back(static_cast<std::uint8_t>((buffer << (5 - bits)) & 31U));
    }
    return values;
}

} // namespace

Result<Bech32> decode_bech32(std::string_view text) {
    const bool has_lower = std::ranges::any_of(text, [](char c) { return upper(c) != c; });
    const bool has_upper = std::ranges::any_of(text, [](char c) { return lower(c) != c; });
    if (has_lower && has_upper) {
        return fail(ErrorCode::invalid, "bech32 text mixes upper and lower case");
    }
    const std::size_t separator = text.rfind('1');
    if (separator == std::string_view::npos || separator == 0 ||
        text.size() - separator - 1 < checksum_size) {
        return fail(ErrorCode::invalid, "bech32 text has no `1` between prefix and data");
    }
    const std::string_view prefix = text.substr(0, separator);
    if (std::ranges::any_of(prefix, [](char c) { return c < '!' || c > '~'; })) {
        return fail(ErrorCode::invalid, "bech32 text has a character outside its alphabet");
    }
    Checksum checksum(prefix);
    const std::string_view data = text.substr(separator + 1);
    Secret values(data.size());
    for (std::size_t i = 0; i < data.size(); ++i) {
        const std::size_t value = alphabet.find(lower(data[i]));
        if (value == std::string_view::npos) {
            return fail(ErrorCode::invalid, "bech32 text has a character outside its alphabet");
        }
        values.span()[i] = static_cast<std::uint8_t>(value);
        checksum.add(static_cast<std::uint32_t>(value));
    }
    if (checksum.state() != 1) {
        return fail(
            ErrorCode::invalid, "bech32 text has a wrong checksum", "copy it again in full"
        );
    }
    const ByteView payload = values.view().first(values.size() - checksum_size);
    return Bech32{.prefix = std::string(prefix), .bytes = TRY(join_bits(payload))};
}

std::string encode_bech32(std::string_view prefix, ByteView bytes) {
    const bool is_upper = std::ranges::any_of(prefix, [](char c) { return lower(c) != c; });
    Checksum checksum(prefix);
    std::string text = std::string(prefix) + "1";
    for (const std::uint8_t value : split_bits(bytes)) {
        checksum.add(value);
        text += alphabet[value];
    }
    for (std::size_t i = 0; i < checksum_size; ++i) {
        checksum.add(0);
    }
    const std::uint32_t state = checksum.state() ^ 1U;
    for (std::size_t i = 0; i < checksum_size; ++i) {
        text += alphabet[(state >> (5 * (checksum_size - 1 - i))) & 31U];
    }
    if (is_upper) {
        std::ranges::transform(text, text.begin(), upper);
    }
    return text;
}

} // namespace ducksnest::age
