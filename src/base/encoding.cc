#include "base/encoding.h"

#include <array>
#include <cstddef>

namespace ducksnest {
namespace {

constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> make_base64_values() {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < base64_alphabet.size(); ++i) {
        values[static_cast<unsigned char>(base64_alphabet[i])] = static_cast<std::int8_t>(i);
    }
    return values;
}

constexpr std::array<std::int8_t, 256> base64_values = make_base64_values();

int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

} // namespace

std::string encode_hex(ByteView bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

Result<Bytes> decode_hex(std::string_view text) {
    if (text.size() % 2 != 0) {
        return fail(ErrorCode::invalid, "hexadecimal text has an odd number of digits");
    }
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_value(text[i]);
        const int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) {
            return fail(ErrorCode::invalid, "not a hexadecimal digit");
        }
        bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    return bytes;
}

std::string encode_base64_unpadded(ByteView bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (const std::uint8_t byte : bytes) {
        buffer = (buffer << 8U) | byte;
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            text += base64_alphabet[(buffer >> bits) & 63U];
        }
    }
    if (bits > 0) {
        text += base64_alphabet[(buffer << (6 - bits)) & 63U];
    }
    return text;
}

std::string encode_base64(ByteView bytes) {
    std::string text = encode_base64_unpadded(bytes);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

Result<Bytes> decode_base64_unpadded(std::string_view text) {
    if (text.size() % 4 == 1) {
        return fail(ErrorCode::invalid, "base64 text has an impossible length");
    }
    Bytes bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const std::int8_t value = base64_values[static_cast<unsigned char>(c)];
        if (value < 0) {
            return fail(ErrorCode::invalid, "not a base64 character");
        }
        buffer = (buffer << 6U) | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<std::uint8_t>((buffer >> bits) & 255U));
        }
    }
    if ((buffer & ((1U << bits) - 1)) != 0) {
        return fail(ErrorCode::invalid, "base64 text is not canonical: unused bits are set");
    }
    return bytes;
}

Result<Bytes> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) {
        return fail(ErrorCode::invalid, "base64 text is not padded to a multiple of four");
    }
    std::size_t padding = 0;
    while (padding < 2 && text.ends_with('=')) {
        text.remove_suffix(1);
        ++padding;
    }
    if ((text.size() + padding) % 4 != 0 || (padding > 0 && text.size() % 4 == 0)) {
        return fail(ErrorCode::invalid, "base64 text has wrong padding");
    }
    return decode_base64_unpadded(text);
}

} // namespace ducksnest
