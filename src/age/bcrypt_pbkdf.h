#pragma once

#include "base/bytes.h"
#include "base/secret.h"

#include <cstddef>
#include <cstdint>

namespace ducksnest::age {

/// OpenBSD's bcrypt_pbkdf(3), which locks OpenSSH's private keys: `size` bytes of key from a
/// passphrase. Salt and rounds must not be empty or 0. About 2 ms per round and 32 bytes.
Secret bcrypt_pbkdf(ByteView passphrase, ByteView salt, std::uint32_t rounds, std::size_t size);

} // namespace ducksnest::age
