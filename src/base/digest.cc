#include "base/digest.h"

#include <openssl/sha.h>

namespace ducksnest {

Sha256 sha256(ByteView bytes) {
    Sha256 digest{};
    SHA256(bytes.data(), bytes.size(), digest.data());
    return digest;
}

} // namespace ducksnest
