#include "age/identity.h"

#include "age/bech32.h"
#include "age/recipient.h"
#include "base/encoding.h"

#include <sodium.h>

#include <array>
#include <cstddef>
#include <string>
#include <utility>

namespace ducksnest::age {
namespace {

std::unexpected<Error> malformed(std::string_view type) {
    return fail(ErrorCode::corrupt, "a recipient of type `" + std::string(type) + "` is malformed");
}

/// The sender's share in the last argument of a curve's stanza.
Result<Point> parse_share(const Stanza& stanza) {
    const Result<Bytes> bytes = decode_base64_unpadded(stanza.arguments.back());
    Point share{};
    if (!bytes || bytes->size() != share.size()) {
        return malformed(stanza.type);
    }
    std::ranges::copy(*bytes, share.begin());
    return share;
}

/// A stanza that carries an SSH key's tag is for that key: when it does not open, it was altered.
std::unexpected<Error> altered(std::string_view type) {
    return fail(
        ErrorCode::corrupt,
        "the recipient of type `" + std::string(type) + "` for this key was altered"
    );
}

std::optional<FileKey> open_file_key(const Key32& key, ByteView body) {
    FileKey file_key;
    if (!open(key, Nonce{}, body, file_key.span())) {
        return std::nullopt;
    }
    return file_key;
}

/// Whether an argument has the form of an SSH key's tag, whoever's it is.
bool is_tag(std::string_view argument) {
    const Result<Bytes> bytes = decode_base64_unpadded(argument);
    return bytes && bytes->size() == ssh_tag_size;
}

using Unwrapped = Result<std::optional<FileKey>>;

Unwrapped unwrap_one(const X25519Private& half, const Recipient::Key&, const Stanza& stanza) {
    if (stanza.arguments.size() != 1 || stanza.body.size() != wrapped_key_size) {
        return malformed(stanza.type);
    }
    const Point share = TRY(parse_share(stanza));
    const auto shared = x25519(half.scalar, share);
    if (!shared) {
        return malformed(stanza.type);
    }
    return open_file_key(wrapping_key(*shared, share, half.point, x25519_label), stanza.body);
}

Unwrapped
unwrap_one(const Ed25519Private& half, const Recipient::Key& recipient, const Stanza& stanza) {
    if (stanza.arguments.size() != 2 || !is_tag(stanza.arguments[0]) ||
        stanza.body.size() != wrapped_key_size) {
        return malformed(stanza.type);
    }
    const Point share = TRY(parse_share(stanza));
    if (stanza.arguments[0] != recipient.tag) {
        return std::nullopt;
    }
    const auto once = x25519(half.scalar, share);
    const auto shared = once ? x25519(half.tweak, once->view()) : std::nullopt;
    if (!shared) {
        return malformed(stanza.type);
    }
    auto file_key =
        open_file_key(wrapping_key(*shared, share, half.point, ed25519_label), stanza.body);
    if (!file_key) {
        return altered(stanza.type);
    }
    return file_key;
}

Unwrapped
unwrap_one(const RsaPrivateKey& half, const Recipient::Key& recipient, const Stanza& stanza) {
    if (stanza.arguments.size() != 1 || !is_tag(stanza.arguments[0])) {
        return malformed(stanza.type);
    }
    if (stanza.arguments[0] != recipient.tag) {
        return std::nullopt;
    }
    const Result<Secret> message = half.open(stanza.body);
    if (!message || message->size() != sizeof(FileKey)) {
        return altered(stanza.type);
    }
    return key_from<sizeof(FileKey)>(message->view());
}

} // namespace

Unwrapped unwrap(const Identity::Key& key, const std::vector<Stanza>& stanzas) {
    const Recipient::Key& recipient = key.recipient.key();
    std::optional<FileKey> found;
    for (const Stanza& stanza : stanzas) {
        if (found || stanza.type != recipient.type) {
            continue;
        }
        found = TRY(std::visit(
            [&](const auto& half) { return unwrap_one(half, recipient, stanza); }, key.half
        ));
    }
    return found;
}

Result<Identity> make_ed25519_identity(const Key32& seed) {
    std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> point{};
    KeyBytes<crypto_sign_SECRETKEYBYTES> secret;
    crypto_sign_seed_keypair(point.data(), secret.bytes.data(), seed.bytes.data());
    const Bytes wire = ed25519_wire(point);
    Recipient recipient = TRY(make_ssh_recipient(TRY(parse_ssh_public_wire(wire))));
    // The scalar of the signing key is the start of the seed's SHA-512; X25519 clamps it itself.
    KeyBytes<crypto_hash_sha512_BYTES> hash;
    crypto_hash_sha512(hash.bytes.data(), seed.bytes.data(), seed.bytes.size());
    Ed25519Private half;
    half.scalar = key_from<32>(hash.view());
    half.tweak = ed25519_tweak(wire);
    half.point = x25519_base(half.scalar);
    return Identity(std::make_shared<const Identity::Key>(
        Identity::Key{.recipient = std::move(recipient), .half = half}
    ));
}

Result<Identity> Identity::parse_x25519(std::string_view text) {
    constexpr std::string_view prefix = "AGE-SECRET-KEY-";
    constexpr std::string_view help = "it is one line that starts with `AGE-SECRET-KEY-1`";
    Bech32 decoded = TRY(decode_bech32(text).with("reading an age secret key").or_help(help));
    const Secret bytes(std::move(decoded.bytes));
    if (decoded.prefix == "AGE-SECRET-KEY-PQ-" || decoded.prefix.starts_with("AGE-PLUGIN-")) {
        return fail(
            ErrorCode::unsupported,
            "secret keys of plugins and post-quantum keys are not supported",
            "use an X25519 key (`age-keygen` makes one) or an SSH key"
        );
    }
    if (decoded.prefix != prefix || bytes.size() != sizeof(Key32)) {
        return fail(ErrorCode::invalid, "this is not an age secret key", std::string(help));
    }
    X25519Private half{.scalar = key_from<32>(bytes.view()), .point = {}};
    half.point = x25519_base(half.scalar);
    Recipient recipient = TRY(make_x25519_recipient(half.point));
    return Identity(std::make_shared<const Identity::Key>(
        Identity::Key{.recipient = std::move(recipient), .half = half}
    ));
}

Recipient Identity::recipient() const {
    return key_->recipient;
}

} // namespace ducksnest::age
