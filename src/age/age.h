#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "ports/random.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// age v1 (https://age-encryption.org/v1) with X25519, ssh-ed25519 and ssh-rsa recipients.
namespace ducksnest::age {

/// One recipient stanza of a header: "-> type argument argument" and its body.
struct Stanza {
    std::string type{};
    std::vector<std::string> arguments{};
    Bytes body{};
};

/// Somebody a file can be encrypted to.
class Recipient {
public:
    /// "ssh-ed25519 AAAA… comment", "ssh-rsa AAAA…" or "age1…".
    static Result<Recipient> parse(std::string_view text);
    /// The public half of an OpenSSH private key file, which no passphrase hides: whether it is
    /// worth asking for one.
    static Result<Recipient> parse_openssh_private(std::string_view file);

    /// "ssh-ed25519", "ssh-rsa" or "X25519".
    std::string_view type() const;
    /// The tag an ssh stanza carries for this key (first four bytes of SHA-256 of its wire form, in
    /// unpadded base64); empty for X25519, whose stanzas name nobody.
    const std::string& tag() const;
    /// The spelling `parse` accepts, without a comment: equal keys have equal texts.
    const std::string& text() const;

    bool operator==(const Recipient& other) const { return text() == other.text(); }

    // The key itself, by kind; see recipient.cc.
    struct Key;
    explicit Recipient(std::shared_ptr<const Key> key)
        : key_(std::move(key)) {}
    const Key& key() const { return *key_; }

private:
    std::shared_ptr<const Key> key_;
};

/// A private key that can open files. Wiped when it goes.
class Identity {
public:
    /// AGE-SECRET-KEY-1…, one line.
    static Result<Identity> parse_x25519(std::string_view text);
    /// An OpenSSH private key file ("-----BEGIN OPENSSH PRIVATE KEY-----"), ed25519 or rsa.
    /// `unauthenticated` when it is encrypted and no passphrase is given, `denied` when the
    /// passphrase is wrong, `unsupported` for other formats of private keys.
    static Result<Identity>
    parse_openssh(std::string_view file, const Secret* passphrase = nullptr);

    /// Its public half, to compare with a homelab's recipients.
    Recipient recipient() const;

    struct Key;
    explicit Identity(std::shared_ptr<const Key> key)
        : key_(std::move(key)) {}
    const Key& key() const { return *key_; }

private:
    std::shared_ptr<const Key> key_;
};

/// Encrypts to all recipients; each of them alone can open it.
Result<Bytes> encrypt(ByteView plaintext, const std::vector<Recipient>& recipients, Random& random);

/// The identities of a file such as `age -i` takes: an OpenSSH private key, or age secret keys one
/// to a line between comments (`#`) and empty lines. Errors as of the two parsers of Identity.
Result<std::vector<Identity>>
parse_identities(std::string_view file, const Secret* passphrase = nullptr);

/// A new SSH host key.
struct HostKeyPair {
    std::string public_line{}; ///< "ssh-ed25519 AAAA… comment".
    Secret private_file{};     ///< An unencrypted OpenSSH private key file.
};

/// An Ed25519 host key, as `ssh-keygen -t ed25519` would make it. The comment is one line.
HostKeyPair make_host_key(Random& random, std::string_view comment);

/// Opens a binary or armored file with whichever identity fits. `denied`: none does; `corrupt`: the
/// file was altered or cut off.
Result<Secret> decrypt(ByteView file, const std::vector<Identity>& identities);

/// Opens a file that was encrypted to a passphrase (`age -p`). `denied` when it is wrong or the
/// file was encrypted to keys.
Result<Secret> decrypt_with_passphrase(ByteView file, const Secret& passphrase);

/// The stanzas of a file's header: who can open it, without any private key.
Result<std::vector<Stanza>> read_stanzas(ByteView file);

} // namespace ducksnest::age
