#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace ducksnest::model {

enum class KeyKind : std::uint8_t { ssh_ed25519, ssh_rsa, x25519 };

/// Somebody secrets can be encrypted to, taken apart far enough to compare and to judge.
struct PublicKey {
    KeyKind kind = KeyKind::ssh_ed25519;
    Bytes blob{}; ///< The wire form of RFC 4253 section 6.6, or the 32 bytes of an X25519 key.
    int bits = 0; ///< Of an RSA modulus.
};

/// "ssh-ed25519 AAAA… comment", "ssh-rsa AAAA… comment" (sshd(8), AUTHORIZED_KEYS FILE FORMAT) or
/// "age1…" (C2SP age). `unsupported`: a kind of key that age cannot encrypt to, with the reason.
/// `invalid`: anything else. No message repeats the text.
Result<PublicKey> parse_public_key(std::string_view text);

} // namespace ducksnest::model
