#include "age/recipient.h"

#include "age/bech32.h"
#include "base/assert.h"
#include "base/digest.h"
#include "base/encoding.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <utility>

namespace ducksnest::age {
namespace {

constexpr std::string_view help_for_recipients =
    "a recipient is `ssh-ed25519 AAAA…`, `ssh-rsa AAAA…` or `age1…`";

Result<Ed25519Public> to_montgomery(const SshPublicKey& key) {
    Ed25519Public half;
    // Refuses points off the curve, of low order and outside the main subgroup.
    if (crypto_sign_ed25519_pk_to_curve25519(half.point.data(), key.point.data()) != 0) {
        return fail(ErrorCode::invalid, "the ssh-ed25519 key is not a point of the curve");
    }
    const auto tweaked = x25519(ed25519_tweak(key.wire), half.point);
    if (!tweaked) {
        return fail(ErrorCode::invalid, "the ssh-ed25519 key is not a point of the curve");
    }
    half.tweaked = tweaked->bytes;
    return half;
}

Bytes seal_file_key(const Key32& key, const FileKey& file_key) {
    Bytes body(wrapped_key_size);
    seal(key, Nonce{}, file_key.view(), body);
    return body;
}

Result<Stanza> wrap_half(const X25519Public& half, const FileKey& file_key, const WrapSeed& seed) {
    const Point share = x25519_base(seed);
    const auto shared = x25519(seed, half.point);
    if (!shared) {
        return fail(ErrorCode::invalid, "the recipient's X25519 key has low order");
    }
    return Stanza{
        .type = std::string(x25519_type),
        .arguments = {encode_base64_unpadded(share)},
        .body = seal_file_key(wrapping_key(*shared, share, half.point, x25519_label), file_key),
    };
}

Result<Stanza> wrap_half(const Ed25519Public& half, const FileKey& file_key, const WrapSeed& seed) {
    const Point share = x25519_base(seed);
    const auto shared = x25519(seed, half.tweaked);
    if (!shared) {
        return fail(ErrorCode::invalid, "the recipient's ssh-ed25519 key has low order");
    }
    return Stanza{
        .type = std::string(ed25519_type),
        .arguments = {encode_base64_unpadded(share)},
        .body = seal_file_key(wrapping_key(*shared, share, half.point, ed25519_label), file_key),
    };
}

Result<Stanza> wrap_half(const RsaPublicKey& half, const FileKey& file_key, const WrapSeed& seed) {
    return Stanza{
        .type = std::string(rsa_type),
        .arguments = {},
        .body = TRY(half.seal(file_key.view(), seed.bytes)),
    };
}

Recipient make_recipient(Recipient::Key key) {
    return Recipient(std::make_shared<const Recipient::Key>(std::move(key)));
}

Result<Recipient> parse_age_recipient(std::string_view text) {
    const Bech32 decoded = TRY(decode_bech32(text));
    if (decoded.prefix.starts_with("age1")) {
        return fail(
            ErrorCode::unsupported,
            "recipients of plugins and post-quantum keys are not supported",
            "use an X25519 recipient (`age-keygen` prints one) or an SSH key"
        );
    }
    Point point{};
    if (decoded.prefix != "age" || decoded.bytes.size() != point.size()) {
        return fail(
            ErrorCode::invalid, "this is not an age recipient", std::string(help_for_recipients)
        );
    }
    std::ranges::copy(decoded.bytes, point.begin());
    return make_x25519_recipient(point);
}

} // namespace

std::string ssh_tag(ByteView wire) {
    return encode_base64_unpadded(ByteView(sha256(wire)).first(ssh_tag_size));
}

Key32 ed25519_tweak(ByteView wire) {
    return hkdf_sha256({}, wire, ed25519_label);
}

Key32 wrapping_key(
    const Key32& shared, ByteView share, const Point& point, std::string_view label
) {
    std::array<std::uint8_t, 2 * std::tuple_size_v<Point>> salt{};
    ASSERT(share.size() == point.size());
    std::ranges::copy(point, std::ranges::copy(share, salt.begin()).out);
    return hkdf_sha256(shared.view(), salt, label);
}

Result<Recipient> make_x25519_recipient(const Point& point) {
    // Any scalar tells whether the point has low order; better now than in the middle of a batch.
    if (!x25519(Key32{}, point)) {
        return fail(ErrorCode::invalid, "the recipient's X25519 key has low order");
    }
    return make_recipient(
        {.type = std::string(x25519_type),
         .tag = {},
         .text = encode_bech32("age", point),
         .half = X25519Public{.point = point}}
    );
}

Result<Recipient> make_ssh_recipient(const SshPublicKey& key) {
    const auto finish = [&key](auto half) {
        return make_recipient(
            {.type = key.type,
             .tag = ssh_tag(key.wire),
             .text = format_ssh_public_line(key.type, key.wire),
             .half = std::move(half)}
        );
    };
    if (key.type == ed25519_type) {
        return finish(TRY(to_montgomery(key)));
    }
    return finish(TRY(RsaPublicKey::make(key.modulus, key.exponent)));
}

Result<Stanza> wrap(const Recipient::Key& key, const FileKey& file_key, const WrapSeed& seed) {
    Stanza stanza =
        TRY(std::visit([&](const auto& half) { return wrap_half(half, file_key, seed); }, key.half)
        );
    if (!key.tag.empty()) {
        stanza.arguments.insert(stanza.arguments.begin(), key.tag);
    }
    return stanza;
}

Result<Recipient> Recipient::parse(std::string_view text) {
    if (text.find("PRIVATE KEY-----") != std::string_view::npos ||
        text.find("AGE-SECRET-KEY-1") != std::string_view::npos) {
        return fail(
            ErrorCode::invalid,
            "this is a private key, not a recipient",
            "name the public half: the `.pub` file beside it, or what `age-keygen -y` prints; "
            "if the private key was committed or shared, replace it"
        );
    }
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) {
        return fail(ErrorCode::invalid, "the recipient is empty", std::string(help_for_recipients));
    }
    text = text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
    if (text.starts_with("age1")) {
        return parse_age_recipient(text);
    }
    return make_ssh_recipient(TRY(parse_ssh_public_line(text)));
}

std::string_view Recipient::type() const {
    return key_->type;
}
const std::string& Recipient::tag() const {
    return key_->tag;
}
const std::string& Recipient::text() const {
    return key_->text;
}

} // namespace ducksnest::age
