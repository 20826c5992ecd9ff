#include "age/primitives.h"

#include "base/assert.h"
#include "base/digest.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <memory>

namespace ducksnest::age {
namespace {

static_assert(aead_tag_size == crypto_aead_chacha20poly1305_ietf_ABYTES);

/// libsodium picks the fastest code for this processor once; without that it still works, slower.
/// `sodium_init` may be called by many threads at once.
void pick_implementations() {
    static const bool ready = sodium_init() >= 0;
    ASSERT(ready);
}

constexpr std::size_t block_size = 64; // Of SHA-256 (FIPS 180-4).

/// OpenSSL's SHA-256, as libsodium's does not use the processor's instructions for it. It is looked
/// up once: the search costs as much as the digest of a kilobyte.
const EVP_MD* digest_kind() {
    static const EVP_MD* const kind = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    ASSERT(kind != nullptr);
    return kind;
}

struct FreeDigest {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); } // It wipes as well.
};

/// HMAC-SHA-256 (RFC 2104 section 2), one message.
class Hmac {
public:
    explicit Hmac(ByteView key)
        : context_(EVP_MD_CTX_new()) {
        ASSERT(context_ != nullptr);
        if (key.size() > block_size) {
            const Sha256 short_key = sha256(key);
            std::ranges::copy(short_key, key_.bytes.begin());
        } else {
            std::ranges::copy(key, key_.bytes.begin());
        }
        begin(0x36);
    }

    Hmac& add(ByteView part) {
        ASSERT(EVP_DigestUpdate(context_.get(), part.data(), part.size()) == 1);
        return *this;
    }
    void finish(std::span<std::uint8_t, std::tuple_size_v<Mac>> out) {
        Key32 inner;
        ASSERT(EVP_DigestFinal_ex(context_.get(), inner.bytes.data(), nullptr) == 1);
        begin(0x5c);
        add(inner.view());
        ASSERT(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1);
    }

private:
    void begin(std::uint8_t pad) {
        KeyBytes<block_size> padded = key_;
        for (std::uint8_t& byte : padded.bytes) {
            byte ^= pad;
        }
        ASSERT(EVP_DigestInit_ex(context_.get(), digest_kind(), nullptr) == 1);
        add(padded.view());
    }

    KeyBytes<block_size> key_{};
    std::unique_ptr<EVP_MD_CTX, FreeDigest> context_;
};

} // namespace

Mac hmac_sha256(ByteView key, ByteView message) {
    Mac mac{};
    Hmac(key).add(message).finish(mac);
    return mac;
}

bool same_mac(const Mac& a, const Mac& b) {
    return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Key32 hkdf_sha256(ByteView input, ByteView salt, std::string_view label) {
    Key32 extracted;
    Hmac(salt).add(input).finish(extracted.bytes);
    constexpr std::uint8_t first_block[] = {1};
    Key32 expanded;
    Hmac(extracted.view()).add(as_bytes(label)).add(first_block).finish(expanded.bytes);
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
