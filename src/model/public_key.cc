#include "model/public_key.h"

#include "base/encoding.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>

namespace ducksnest::model {
namespace {

constexpr std::string_view ed25519 = "ssh-ed25519";
constexpr std::string_view rsa = "ssh-rsa";

/// Reads the length-prefixed strings of SSH's wire format (RFC 4251 section 5).
class Wire {
public:
    explicit Wire(ByteView bytes)
        : bytes_(bytes) {}

    std::optional<ByteView> next() {
        if (bytes_.size() < 4) {
            return std::nullopt;
        }
        const std::size_t size = (std::size_t{bytes_[0]} << 24U) | (std::size_t{bytes_[1]} << 16U) |
                                 (std::size_t{bytes_[2]} << 8U) | std::size_t{bytes_[3]};
        if (bytes_.size() - 4 < size) {
            return std::nullopt;
        }
        const ByteView found = bytes_.subspan(4, size);
        bytes_ = bytes_.subspan(4 + size);
        return found;
    }

    bool at_end() const { return bytes_.empty(); }

private:
    ByteView bytes_;
};

Result<PublicKey> damaged(std::string_view why) {
    return fail(
        ErrorCode::invalid,
        fmt::format("the key is damaged: {}", why),
        "copy the whole line of the `.pub` file again"
    );
}

int bits_of(ByteView number) {
    while (!number.empty() && number.front() == 0) {
        number = number.subspan(1);
    }
    return number.empty() ? 0
                          : static_cast<int>(number.size() * 8) - std::countl_zero(number.front());
}

Result<PublicKey> parse_ssh(std::string_view type, std::string_view base64) {
    const Result<Bytes> blob = decode_base64(base64);
    if (!blob) {
        return damaged("its second word is not base64");
    }
    Wire wire(*blob);
    const std::optional<ByteView> inner = wire.next();
    if (!inner || as_text(*inner) != type) {
        return damaged(fmt::format("it does not say `{}` inside", type));
    }
    if (type == ed25519) {
        const std::optional<ByteView> key = wire.next();
        if (!key || key->size() != 32 || !wire.at_end()) {
            return damaged("an Ed25519 key has 32 bytes");
        }
        return PublicKey{.kind = KeyKind::ssh_ed25519, .blob = *blob};
    }
    const std::optional<ByteView> exponent = wire.next();
    const std::optional<ByteView> modulus = wire.next();
    if (!exponent || !modulus || !wire.at_end()) {
        return damaged("an RSA key has an exponent and a modulus");
    }
    return PublicKey{.kind = KeyKind::ssh_rsa, .blob = *blob, .bits = bits_of(*modulus)};
}

/// BIP 173's checksum over 5-bit groups.
std::uint32_t polymod(std::uint32_t sum, unsigned group) {
    constexpr std::uint32_t generators[] = {
        0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
    };
    const std::uint32_t top = sum >> 25U;
    sum = ((sum & 0x1ffffffU) << 5U) ^ group;
    for (unsigned i = 0; i < 5; ++i) {
        sum ^= ((top >> i) & 1U) != 0 ? generators[i] : 0U;
    }
    return sum;
}

/// Bech32 (BIP 173) with the prefix `age`: 32 bytes in 52 groups, then 6 groups of checksum.
Result<PublicKey> parse_age(std::string_view text) {
    constexpr std::string_view prefix = "age";
    constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    constexpr std::size_t groups_max = 58;
    const std::string_view groups = text.substr(prefix.size() + 1);
    if (groups.size() != groups_max) {
        return damaged("an age recipient has 62 characters");
    }
    std::uint32_t sum = 1;
    for (const char c : prefix) {
        sum = polymod(sum, static_cast<unsigned>(c) >> 5U);
    }
    sum = polymod(sum, 0);
    for (const char c : prefix) {
        sum = polymod(sum, static_cast<unsigned>(c) & 31U);
    }
    PublicKey key{.kind = KeyKind::x25519};
    unsigned buffer = 0;
    unsigned bits = 0;
    for (const char c : groups) {
        const std::size_t group = alphabet.find(c);
        if (group == std::string_view::npos) {
            return damaged("it has a character that age recipients do not have");
        }
        sum = polymod(sum, static_cast<unsigned>(group));
        buffer = ((buffer << 5U) | static_cast<unsigned>(group)) & 0xfffU;
        bits += 5;
        if (bits >= 8 && key.blob.size() < 32) {
            bits -= 8;
            key.blob.push_back(static_cast<std::uint8_t>((buffer >> bits) & 0xffU));
        }
    }
    return sum == 1 ? Result<PublicKey>(std::move(key)) : damaged("its checksum is wrong");
}

/// Kinds that exist but cannot receive a secret.
Result<PublicKey> refuse_kind(std::string_view type) {
    if (type.starts_with("sk-")) {
        return fail(
            ErrorCode::unsupported,
            fmt::format("`{}` keys live in a security token that can sign but not decrypt", type),
            "use an `ssh-ed25519` key, or an `age1…` recipient of an age plugin's software key"
        );
    }
    if (type.ends_with("-cert-v01@openssh.com")) {
        return fail(
            ErrorCode::unsupported,
            fmt::format("`{}` is a certificate, not a key", type),
            "use the `.pub` file without `-cert` in its name"
        );
    }
    if (type.starts_with("ecdsa-sha2-") || type == "ssh-dss") {
        return fail(
            ErrorCode::unsupported,
            fmt::format("age cannot encrypt to `{}` keys", type),
            "use an `ssh-ed25519` key: `ssh-keygen -t ed25519` makes one"
        );
    }
    return fail(
        ErrorCode::invalid,
        "this is no public key",
        "write `ssh-ed25519 AAAA…`, `ssh-rsa AAAA…` or `age1…`"
    );
}

} // namespace

Result<PublicKey> parse_public_key(std::string_view text) {
    if (text.starts_with("age1")) {
        return parse_age(text);
    }
    const std::vector<std::string_view> words = split(text, ' ');
    const std::string_view type = words[0];
    if (type != ed25519 && type != rsa) {
        return refuse_kind(type);
    }
    if (words.size() < 2 || words[1].empty()) {
        return damaged("the part after the type is missing");
    }
    return parse_ssh(type, words[1]);
}

} // namespace ducksnest::model
