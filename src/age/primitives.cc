#include "age/primitives.h"

#include "base/assert.h"

#include <sodium.h>

namespace ducksnest::age {
namespace {

static_assert(aead_tag_size == crypto_aead_chacha20poly1305_ietf_ABYTES);

/// libsodium picks the fastest code for this processor once; without that it still works, slower.
/// `sodium_init` may be called by many threads at once.
void pick_implementations() {
    static const bool ready = sodium_init() >= 0;
    ASSERT(ready);
}

/// libsodium wants a pointer even to nothing.
const std::uint8_t* pointer_to(ByteView bytes) {
    static constexpr std::uint8_t nothing = 0;
    return bytes.empty() ? &nothing : bytes.data();
}

class Hmac {
public:
    explicit Hmac(ByteView key) {
        crypto_auth_hmacsha256_init(&state_, pointer_to(key), key.size());
    }
    Hmac(const Hmac&) = delete;
    Hmac& operator=(const Hmac&) = delete;
    ~Hmac() { wipe(&state_, sizeof state_); }

    Hmac& add(ByteView part) {
        crypto_auth_hmacsha256_update(&state_, pointer_to(part), part.size());
        return *this;
    }
    void finish(std::uint8_t* out) { crypto_auth_hmacsha256_final(&state_, out); }

private:
    crypto_auth_hmacsha256_state state_{};
};

} // namespace

Mac hmac_sha256(ByteView key, ByteView message) {
    Mac mac{};
    Hmac(key).add(message).finish(mac.data());
    return mac;
}

bool same_mac(const Mac& a, const Mac& b) {
    return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Key32 hkdf_sha256(ByteView input, ByteView salt, std::string_view label) {
    Key32 extracted;
    Hmac(salt).add(input).finish(extracted.bytes.data());
    constexpr std::uint8_t first_block[] = {1};
    Key32 expanded;
    Hmac(extracted.view()).add(as_bytes(label)).add(first_block).finish(expanded.bytes.data());
    return expanded;
}

Point x25519_base(const Key32& scalar) {
    pick_implementations();
    Point product{};
    crypto_scalarmult_base(product.data(), scalar.bytes.data());
    return product;
}

std::optional<Key32> x25519(const Key32& scalar, ByteView point) {
    pick_implementations();
    ASSERT(point.size() == crypto_scalarmult_BYTES);
    Key32 product;
    if (crypto_scalarmult(product.bytes.data(), scalar.bytes.data(), point.data()) != 0) {
        return std::nullopt;
    }
    return product;
}

void seal(const Key32& key, const Nonce& nonce, ByteView plaintext, std::span<std::uint8_t> out) {
    pick_implementations();
    ASSERT(out.size() == plaintext.size() + aead_tag_size);
    crypto_aead_chacha20poly1305_ietf_encrypt(
        out.data(),
        nullptr,
        plaintext.data(),
        plaintext.size(),
        nullptr,
        0,
        nullptr,
        nonce.data(),
        key.bytes.data()
    );
}

bool open(const Key32& key, const Nonce& nonce, ByteView ciphertext, std::span<std::uint8_t> out) {
    pick_implementations();
    ASSERT(ciphertext.size() == out.size() + aead_tag_size);
    return crypto_aead_chacha20poly1305_ietf_decrypt(
               out.data(),
               nullptr,
               nullptr,
               ciphertext.data(),
               ciphertext.size(),
               nullptr,
               0,
               nonce.data(),
               key.bytes.data()
           ) == 0;
}

} // namespace ducksnest::age
