#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

#include <cstddef>
#include <string_view>

/// The ciphers OpenSSH can lock a private key with (`ssh-keygen -Z`).
namespace ducksnest::age {

struct SshCipher {
    std::string_view name;
    std::size_t key_size; ///< Of the cipher's key alone.
    std::size_t nonce_size;
    std::size_t block_size;
    std::size_t tag_size; ///< 0 when the cipher does not authenticate.
};

/// Nothing when the cipher is unknown. "none" is no cipher.
const SshCipher* find_ssh_cipher(std::string_view name);

/// Opens `sealed`, which ends with the cipher's tag. `secret` is the derived key followed by the
/// nonce. `denied` when a tag is wrong: with overwhelming likelihood the passphrase was.
Result<Secret> open_ssh_cipher(const SshCipher& cipher, ByteView secret, ByteView sealed);

} // namespace ducksnest::age
