#pragma once

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "pki/spec.h"
#include "ports/parallel.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// `secrets/index.json`: what was issued, to whom, and by which generation of its authority.
namespace ducksnest::pki {

/// How far the replacement of an authority has got. Each step leaves every connection working
/// between nodes that have taken it and nodes that have not.
enum class Phase : std::uint8_t {
    stable,        ///< One authority, trusted and signing.
    trusting_both, ///< A new one is trusted as well; the old one still signs.
    reissued,      ///< The new one signs, everything was issued anew; the old one is still trusted.
};
/// "stable", "trusting both", "reissued".
std::string_view to_string(Phase phase);

/// A private key as an age file.
struct SealedKey {
    std::string digest{};                  ///< SHA-256 of the file.
    std::vector<std::string> recipients{}; ///< Their `reader_id`s, sorted.

    bool operator==(const SealedKey&) const = default;
};

/// One generation of an authority that can sign.
struct AuthorityKey {
    std::int64_t generation = 1;
    std::string fingerprint{};
    Instant not_after{};
    SealedKey key{};

    bool operator==(const AuthorityKey&) const = default;
};

/// An authority that is trusted for a little longer, and signs no more.
struct RetiredAuthority {
    std::int64_t generation = 1;
    std::string fingerprint{};
    Instant not_after{};

    bool operator==(const RetiredAuthority&) const = default;
};

struct AuthorityEntry {
    Authority authority = Authority::cluster;
    AuthorityKey current{};
    std::optional<AuthorityKey> next{};         ///< While trusting both.
    std::optional<RetiredAuthority> previous{}; ///< While reissued.

    Phase phase() const;
    bool operator==(const AuthorityEntry&) const = default;
};

struct CertificateEntry {
    std::string name{};
    Authority authority = Authority::cluster;
    std::int64_t generation = 1; ///< Of the authority that signed it.
    std::string fingerprint{};
    std::string spec_digest{};
    std::vector<std::string> names{}; ///< DNS names, then addresses.
    Instant not_after{};
    SealedKey key{};
    std::vector<std::string> owners{};
    std::string user{};
    std::vector<std::string> units{};

    bool operator==(const CertificateEntry&) const = default;
};

struct SecretEntry {
    std::string name{};
    SecretKind kind = SecretKind::signing_key;
    std::string public_digest{}; ///< SHA-256 of the public half's file; empty when there is none.
    SealedKey key{};
    std::vector<std::string> owners{};
    std::string user{};
    std::vector<std::string> units{};

    bool operator==(const SecretEntry&) const = default;
};

struct Index {
    std::string homelab{};
    std::vector<AuthorityEntry> authorities{};    ///< In the order of the enumeration.
    std::vector<CertificateEntry> certificates{}; ///< Sorted by name.
    std::vector<SecretEntry> secrets{};           ///< Sorted by name.

    const AuthorityEntry* find(Authority authority) const;
    const CertificateEntry* find_certificate(std::string_view name) const;
    const SecretEntry* find_secret(std::string_view name) const;
    bool operator==(const Index&) const = default;
};

inline constexpr std::string_view index_schema = "ducksnest.secrets/1";

/// Canonical: the same index has the same bytes.
std::string encode_index(const Index& index, Parallel& parallel);
/// Strict: an unknown key, a missing one and an unknown word are `corrupt`, as are the conflict
/// markers of a version control system.
Result<Index> parse_index(std::string_view text);

} // namespace ducksnest::pki
