#include "base/digest.h"

#include "base/assert.h"
#include "base/secret.h"

#include <openssl/evp.h>

#include <algorithm>

namespace ducksnest {

struct Sha256Hasher::State {
    // The EVP interface chooses the processor's SHA instructions.
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{
        EVP_MD_CTX_new(), &EVP_MD_CTX_free
    };

    void start() { ASSERT(EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1); }
};

Sha256Hasher::Sha256Hasher()
    : state_(std::make_unique<State>()) {
    state_->start();
}

Sha256Hasher::~Sha256Hasher() = default;
Sha256Hasher::Sha256Hasher(Sha256Hasher&& other) noexcept = default;
Sha256Hasher& Sha256Hasher::operator=(Sha256Hasher&& other) noexcept = default;

void Sha256Hasher::update(ByteView piece) {
    ASSERT(EVP_DigestUpdate(state_->context.get(), piece.data(), piece.size()) == 1);
}

Sha256 Sha256Hasher::finish() {
    Sha256 digest{};
    ASSERT(EVP_DigestFinal_ex(state_->context.get(), digest.data(), nullptr) == 1);
    state_->start();
    return digest;
}

Sha256 hmac_sha256(ByteView key, ByteView message) {
    constexpr std::size_t block_size = 64;
    std::array<std::uint8_t, block_size> inner{};
    if (key.size() > block_size) {
        std::ranges::copy(sha256(key), inner.begin());
    } else {
        std::ranges::copy(key, inner.begin());
    }
    std::array<std::uint8_t, block_size> outer = inner;
    for (std::size_t i = 0; i < block_size; ++i) {
        inner[i] ^= 0x36;
        outer[i] ^= 0x5c;
    }
    Sha256Hasher hasher;
    hasher.update(inner);
    hasher.update(message);
    const Sha256 first = hasher.finish();
    hasher.update(outer);
    hasher.update(first);
    wipe(inner.data(), inner.size());
    wipe(outer.data(), outer.size());
    return hasher.finish();
}

Sha256 sha256(ByteView bytes) {
    // Looked up once: for less than a kilobyte the search would cost more than the digest.
    static const EVP_MD* const kind = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    Sha256 digest{};
    ASSERT(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, kind, nullptr) == 1);
    return digest;
}

} // namespace ducksnest
