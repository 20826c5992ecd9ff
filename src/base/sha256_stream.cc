#include "base/sha256_stream.h"

#include "base/assert.h"

#include <openssl/evp.h>

namespace ducksnest {

struct Sha256Stream::State {
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

Sha256Stream::Sha256Stream()
    : state_(std::make_unique<State>()) {
    ASSERT(EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) == 1);
}

Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::add(ByteView piece) {
    ASSERT(EVP_DigestUpdate(state_->context.get(), piece.data(), piece.size()) == 1);
}

Sha256 Sha256Stream::finish() {
    Sha256 digest{};
    unsigned int size = 0;
    ASSERT(EVP_DigestFinal_ex(state_->context.get(), digest.data(), &size) == 1);
    ASSERT(size == digest.size());
    return digest;
}

} // namespace ducksnest
