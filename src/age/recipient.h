#pragma once

#include "age/age.h"
#include "age/primitives.h"
#include "age/rsa.h"
#include "age/ssh_public.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

/// The key of a Recipient, with all that can be worked out once.
namespace ducksnest::age {

constexpr std::string_view x25519_type = "X25519";
constexpr std::string_view x25519_label = "age-encryption.org/v1/X25519";
constexpr std::string_view ed25519_type = "ssh-ed25519";
constexpr std::string_view ed25519_label = "age-encryption.org/v1/ssh-ed25519";
constexpr std::string_view rsa_type = "ssh-rsa";

/// Size of a wrapped file key in the stanzas of the two curves.
constexpr std::size_t wrapped_key_size =
    std::tuple_size_v<decltype(FileKey::bytes)> + aead_tag_size;

struct X25519Public {
    Point point{};
};

struct Ed25519Public {
    Point point{}; ///< On the Montgomery curve.
    /// The point times the tweak of this key. Scalars commute, so that the shared secret, which the
    /// format defines as tweak times (ephemeral times point), costs one multiplication per file.
    Point tweaked{};
};

struct Recipient::Key {
    std::string type{};
    std::string tag{};
    std::string text{};
    std::variant<X25519Public, Ed25519Public, RsaPublicKey> half;
};

/// How many random bytes `wrap` uses up.
constexpr std::size_t wrap_seed_size = 32;
using WrapSeed = KeyBytes<wrap_seed_size>;

/// The stanza that gives the file key to the owner of the recipient's private key.
Result<Stanza> wrap(const Recipient::Key& key, const FileKey& file_key, const WrapSeed& seed);

/// The key that wraps file keys on a curve: HKDF of the shared secret, salted with both shares.
Key32 wrapping_key(const Key32& shared, ByteView share, const Point& point, std::string_view label);

/// The scalar that binds an ssh-ed25519 stanza to the SSH key.
Key32 ed25519_tweak(ByteView wire);

/// How many bytes of a hash an SSH key's tag has.
constexpr std::size_t ssh_tag_size = 4;

/// The start of SHA-256 of the wire form, in unpadded base64.
std::string ssh_tag(ByteView wire);

Result<Recipient> make_x25519_recipient(const Point& point);
Result<Recipient> make_ssh_recipient(const SshPublicKey& key);

} // namespace ducksnest::age
