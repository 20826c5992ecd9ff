#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "ports/random.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ducksnest::cache {

/// Whose signatures are believed: "cache.example.org-1:base64 of 32 bytes", Nix's
/// `trusted-public-keys`.
struct PublicKey {
    std::string name{};
    std::array<std::uint8_t, 32> bytes{};

    static Result<PublicKey> parse(std::string_view text);
    std::string text() const;
    bool operator==(const PublicKey&) const = default;
};

/// An Ed25519 key pair (RFC 8032) as `nix-store --generate-binary-cache-key` writes it:
/// "name:base64 of seed and public key". The secret half never leaves it as text.
class SigningKey {
public:
    /// `invalid` never shows what was read.
    static Result<SigningKey> parse(ByteView text);
    static SigningKey make(std::string name, Random& random);

    const PublicKey& public_key() const { return public_key_; }
    /// "name:base64".
    std::string sign(std::string_view fingerprint) const;
    /// The secret half as a file has it.
    Secret file() const;

private:
    SigningKey(PublicKey public_key, Secret secret)
        : public_key_(std::move(public_key))
        , secret_(std::move(secret)) {}

    PublicKey public_key_;
    Secret secret_; ///< 64 bytes, as libsodium has it.
};

/// Whether one of the keys made one of the signatures over this text.
bool is_signed_by(
    std::string_view fingerprint,
    std::span<const std::string> signatures,
    std::span<const PublicKey> keys
);

} // namespace ducksnest::cache
