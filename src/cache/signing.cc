#include "cache/signing.h"

#include "base/assert.h"
#include "base/encoding.h"

#include <sodium.h>

#include <algorithm>
#include <optional>

namespace ducksnest::cache {
namespace {

struct Named {
    std::string_view name{};
    Secret bytes{};
};

/// "name:base64"; nothing when it is not.
std::optional<Named> split_key(std::string_view text, std::size_t size) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0) {
        return std::nullopt;
    }
    auto bytes = decode_base64(text.substr(colon + 1));
    if (!bytes) {
        return std::nullopt;
    }
    Named named{.name = text.substr(0, colon), .bytes = Secret(std::move(*bytes))};
    return named.bytes.size() == size ? std::optional(std::move(named)) : std::nullopt;
}

} // namespace

Result<PublicKey> PublicKey::parse(std::string_view text) {
    const auto named = split_key(text, crypto_sign_PUBLICKEYBYTES);
    if (!named) {
        return fail(
            ErrorCode::invalid,
            "`" + std::string(text) + "` is not a public key of a binary cache",
            "it looks like `name-1:` and 44 letters of base64, as "
            "`nix-store --generate-binary-cache-key` writes it"
        );
    }
    PublicKey key{.name = std::string(named->name)};
    std::ranges::copy(named->bytes.view(), key.bytes.begin());
    return key;
}

std::string PublicKey::text() const {
    return name + ":" + encode_base64(bytes);
}

Result<SigningKey> SigningKey::parse(ByteView text) {
    std::string_view line = as_text(text);
    while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) {
        line.remove_suffix(1);
    }
    auto named = split_key(line, crypto_sign_SECRETKEYBYTES);
    PublicKey key;
    if (named) {
        // The second half is the public key; derived from the first half it must be the same.
        std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> derived{};
        crypto_sign_seed_keypair(key.bytes.data(), derived.data(), named->bytes.view().data());
        const bool is_pair =
            sodium_memcmp(derived.data(), named->bytes.view().data(), derived.size()) == 0;
        wipe(derived.data(), derived.size());
        if (is_pair) {
            key.name = named->name;
            return SigningKey(std::move(key), std::move(named->bytes));
        }
    }
    return fail(
        ErrorCode::invalid,
        "this is not a signing key of a binary cache",
        "`nix-store --generate-binary-cache-key NAME-1 SECRET-FILE PUBLIC-FILE` makes one"
    );
}

SigningKey SigningKey::make(std::string name, Random& random) {
    Secret seed(crypto_sign_SEEDBYTES);
    random.fill(seed.span());
    PublicKey key{.name = std::move(name)};
    Secret secret(crypto_sign_SECRETKEYBYTES);
    crypto_sign_seed_keypair(key.bytes.data(), secret.span().data(), seed.view().data());
    return {std::move(key), std::move(secret)};
}

std::string SigningKey::sign(std::string_view fingerprint) const {
    std::array<std::uint8_t, crypto_sign_BYTES> signature{};
    const ByteView message = as_bytes(fingerprint);
    ASSERT(
        crypto_sign_detached(
            signature.data(), nullptr, message.data(), message.size(), secret_.view().data()
        ) == 0
    );
    return public_key_.name + ":" + encode_base64(signature);
}

Secret SigningKey::file() const {
    std::string encoded = encode_base64(secret_.view());
    Bytes text = to_bytes(public_key_.name + ":");
    text.reserve(text.size() + encoded.size());
    append(text, as_bytes(encoded));
    wipe(encoded.data(), encoded.size());
    return Secret(std::move(text));
}

bool is_signed_by(
    std::string_view fingerprint,
    std::span<const std::string> signatures,
    std::span<const PublicKey> keys
) {
    const ByteView message = as_bytes(fingerprint);
    return std::ranges::any_of(signatures, [&](const std::string& text) {
        const auto signature = split_key(text, crypto_sign_BYTES);
        return signature && std::ranges::any_of(keys, [&](const PublicKey& key) {
                   return key.name == signature->name && crypto_sign_verify_detached(
                                                             signature->bytes.view().data(),
                                                             message.data(),
                                                             message.size(),
                                                             key.bytes.data()
                                                         ) == 0;
               });
    });
}

} // namespace ducksnest::cache
