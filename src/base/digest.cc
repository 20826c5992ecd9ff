#include "base/digest.h"

#include "base/assert.h"

#include <openssl/evp.h>

namespace ducksnest {

Sha256 sha256(ByteView bytes) {
    // Looked up once: for less than a kilobyte the search would cost more than the digest.
    static const EVP_MD* const kind = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    Sha256 digest{};
    ASSERT(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, kind, nullptr) == 1);
    return digest;
}

} // namespace ducksnest
