#pragma once

#include "age/age.h"
#include "age/primitives.h"
#include "age/rsa.h"

#include <optional>
#include <variant>
#include <vector>

/// The key of an Identity, and how it opens stanzas.
namespace ducksnest::age {

struct X25519Private {
    Key32 scalar{};
    Point point{};
};

struct Ed25519Private {
    Key32 scalar{};
    Key32 tweak{};
    Point point{}; ///< On the Montgomery curve.
};

struct Identity::Key {
    Recipient recipient;
    std::variant<X25519Private, Ed25519Private, RsaPrivateKey> half;
};

/// The file key, when one of the stanzas is for this identity. A stanza of the identity's type that
/// breaks a rule of the format is `corrupt`, whoever it is for.
Result<std::optional<FileKey>> unwrap(const Identity::Key& key, const std::vector<Stanza>& stanzas);

/// The identity of an Ed25519 seed (RFC 8032 section 5.1.5).
Result<Identity> make_ed25519_identity(const Key32& seed);

} // namespace ducksnest::age
