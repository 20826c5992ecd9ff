#pragma once

#include "age/rsa.h"
#include "age/ssh_public.h"
#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

#include <cstdint>
#include <string>
#include <string_view>

/// OpenSSH private key files (PROTOCOL.key of OpenSSH).
namespace ducksnest::age {

/// The outside of a private key file: all that can be read without a passphrase.
struct SshPrivateFile {
    std::string cipher{}; ///< "none" when the private half is not encrypted.
    Bytes salt{};         ///< Of the bcrypt key derivation; empty for "none".
    std::uint32_t rounds = 0;
    SshPublicKey public_key{};
    Secret section{}; ///< The private half, encrypted or not, and the cipher's tag.
};

/// `unsupported` for private keys in other formats, several keys in one file, unknown ciphers and
/// more than 1,024 rounds of key derivation; `invalid` for everything that is no key file.
Result<SshPrivateFile> parse_ssh_private_file(std::string_view text);

/// The private half of a file, decrypted and checked against the public half.
struct SshPrivateKey {
    Secret section{};     ///< Owns the bytes the views below point into.
    ByteView seed{};      ///< ssh-ed25519: 32 bytes.
    RsaNumbers numbers{}; ///< ssh-rsa.
};

/// Decrypts when needed: `unauthenticated` without a passphrase, `denied` with a wrong one.
Result<SshPrivateKey> open_ssh_private_file(SshPrivateFile file, const Secret* passphrase);

/// The decrypted private half: two equal check numbers, the key, a comment, and padding 1, 2, 3, ….
Result<SshPrivateKey> parse_ssh_private_section(Secret section, const SshPublicKey& public_key);

/// An unencrypted file with one Ed25519 key. The two equal check numbers are any number.
Secret format_ssh_private_file(
    ByteView seed, ByteView point, std::string_view comment, std::uint32_t check
);

} // namespace ducksnest::age
