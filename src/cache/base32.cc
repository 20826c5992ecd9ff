#include "cache/base32.h"

namespace ducksnest::cache {
namespace {

std::size_t digits_of(std::size_t size) {
    return (size * 8 + 4) / 5;
}

} // namespace

std::string encode_base32(ByteView bytes) {
    std::string text;
    for (std::size_t n = digits_of(bytes.size()); n-- > 0;) {
        const std::size_t bit = n * 5;
        const std::size_t byte = bit / 8;
        const std::size_t shift = bit % 8;
        unsigned int value = static_cast<unsigned int>(bytes[byte]) >> shift;
        if (byte + 1 < bytes.size()) {
            value |= static_cast<unsigned int>(bytes[byte + 1]) << (8 - shift);
        }
        text += base32_digits[value & 0x1fU];
    }
    return text;
}

Result<Bytes> decode_base32(std::string_view text, std::size_t size) {
    if (text.size() != digits_of(size)) {
        return fail(
            ErrorCode::invalid,
            "`" + std::string(text) + "` is not " + std::to_string(digits_of(size)) +
                " digits of base 32"
        );
    }
    Bytes bytes(size);
    for (std::size_t n = 0; n < text.size(); ++n) {
        const std::size_t digit = base32_digits.find(text[text.size() - 1 - n]);
        if (digit == std::string_view::npos) {
            return fail(
                ErrorCode::invalid,
                "`" + std::string(text) + "` has a letter that is no digit of Nix's base 32"
            );
        }
        const std::size_t byte = n * 5 / 8;
        const std::size_t shift = n * 5 % 8;
        bytes[byte] |= static_cast<std::uint8_t>(digit << shift);
        const auto carry = static_cast<std::uint8_t>(digit >> (8 - shift));
        if (byte + 1 < size) {
            bytes[byte + 1] |= carry;
        } else if (carry != 0) {
            return fail(
                ErrorCode::invalid, "`" + std::string(text) + "` has more bits than it may have"
            );
        }
    }
    return bytes;
}

} // namespace ducksnest::cache
