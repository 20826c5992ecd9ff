#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <string>
#include <string_view>

/// SSH public keys: the line of a `.pub` file and its wire form (RFC 4253 section 6.6, RFC 8709).
namespace ducksnest::age {

struct SshPublicKey {
    std::string type{}; ///< "ssh-ed25519" or "ssh-rsa".
    Bytes wire{};       ///< What the base64 of the line holds.
    Bytes point{};      ///< ssh-ed25519: 32 bytes.
    Bytes modulus{};    ///< ssh-rsa: big-endian magnitude.
    Bytes exponent{};   ///< ssh-rsa: big-endian magnitude.
};

/// `invalid` when the bytes are no key, `unsupported` for a key type age cannot encrypt to.
Result<SshPublicKey> parse_ssh_public_wire(ByteView wire);

/// "ssh-ed25519 AAAA… comment". White space around the line is ignored.
Result<SshPublicKey> parse_ssh_public_line(std::string_view line);

/// "ssh-ed25519 AAAA…", without a comment.
std::string format_ssh_public_line(std::string_view type, ByteView wire);

/// The wire form of an Ed25519 key.
Bytes ed25519_wire(ByteView point);

} // namespace ducksnest::age
