#pragma once

#include "base/bytes.h"
#include "base/secret.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// The few primitives age v1 is built from, over libsodium and, for SHA-256, OpenSSL.
namespace ducksnest::age {

/// Key material of fixed size on the stack, wiped when it goes.
template <std::size_t bytes_count>
struct KeyBytes {
    std::array<std::uint8_t, bytes_count> bytes{};

    KeyBytes() = default;
    KeyBytes(const KeyBytes&) = default;
    KeyBytes& operator=(const KeyBytes&) = default;
    ~KeyBytes() { wipe(bytes.data(), bytes.size()); }

    ByteView view() const { return bytes; }
    std::span<std::uint8_t> span() { return bytes; }
};

using Key32 = KeyBytes<32>;
using FileKey = KeyBytes<16>; ///< The random key of one file.

using Point = std::array<std::uint8_t, 32>; ///< u-coordinate on Curve25519 (RFC 7748).
using Mac = std::array<std::uint8_t, 32>;
using Nonce = std::array<std::uint8_t, 12>; ///< Of ChaCha20-Poly1305 (RFC 8439).

constexpr std::size_t aead_tag_size = 16;

/// Key material copied out of a view of exactly this size.
template <std::size_t bytes_count>
KeyBytes<bytes_count> key_from(ByteView view) {
    KeyBytes<bytes_count> key;
    for (std::size_t i = 0; i < bytes_count; ++i) {
        key.bytes[i] = view[i];
    }
    return key;
}

/// HMAC-SHA-256 (RFC 2104) of the message.
Mac hmac_sha256(ByteView key, ByteView message);
/// Compares in constant time.
bool same_mac(const Mac& a, const Mac& b);

/// The first 32 bytes of HKDF-SHA-256 (RFC 5869).
Key32 hkdf_sha256(ByteView input, ByteView salt, std::string_view label);

/// The scalar times the base point.
Point x25519_base(const Key32& scalar);
/// The scalar times the point; nothing when the point has low order, so that the product says
/// nothing about the scalar (RFC 7748 section 6.1).
std::optional<Key32> x25519(const Key32& scalar, ByteView point);

/// ChaCha20-Poly1305 without associated data. `out` has room for the plaintext and 16 bytes of tag.
void seal(const Key32& key, const Nonce& nonce, ByteView plaintext, std::span<std::uint8_t> out);
/// The reverse; false when the tag is wrong. `out` has room for all but the tag.
bool open(const Key32& key, const Nonce& nonce, ByteView ciphertext, std::span<std::uint8_t> out);

} // namespace ducksnest::age
