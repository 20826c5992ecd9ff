#include "age/passphrase.h"

#include "age/recipient.h"
#include "base/encoding.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

namespace ducksnest::age {
namespace {

constexpr std::string_view label = "age-encryption.org/v1/scrypt";
constexpr std::size_t salt_size = 16;
constexpr unsigned work_factor_max = 22;
constexpr std::uint32_t block_size = 8; // scrypt's r; p is 1 (RFC 7914).

std::unexpected<Error> malformed() {
    return fail(ErrorCode::corrupt, "a recipient of type `scrypt` is malformed");
}

/// A decimal number without sign or leading zero.
Result<unsigned> parse_work_factor(std::string_view text) {
    const bool is_decimal = !text.empty() && text[0] != '0' &&
                            std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (!is_decimal) {
        return malformed();
    }
    unsigned factor = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), factor);
    if (code != std::errc() || factor > work_factor_max) {
        return fail(ErrorCode::unsupported, "the work factor of the passphrase is larger than 22");
    }
    return factor;
}

} // namespace

Result<FileKey>
unwrap_with_passphrase(const std::vector<Stanza>& stanzas, const Secret& passphrase) {
    if (stanzas.size() != 1 || stanzas[0].type != scrypt_type) {
        return fail(ErrorCode::denied, "the file was not encrypted to a passphrase");
    }
    const Stanza& stanza = stanzas[0];
    if (stanza.arguments.size() != 2 || stanza.body.size() != wrapped_key_size) {
        return malformed();
    }
    const Result<Bytes> salt = decode_base64_unpadded(stanza.arguments[0]);
    if (!salt || salt->size() != salt_size) {
        return malformed();
    }
    const unsigned work_factor = TRY(parse_work_factor(stanza.arguments[1]));
    Bytes salted = to_bytes(label);
    append(salted, *salt);
    Key32 key;
    if (crypto_pwhash_scryptsalsa208sha256_ll(
            passphrase.view().data(),
            passphrase.size(),
            salted.data(),
            salted.size(),
            std::uint64_t{1} << work_factor,
            block_size,
            1,
            key.bytes.data(),
            key.bytes.size()
        ) != 0) {
        return fail(
            ErrorCode::unavailable, "there is not enough memory for the passphrase's work factor"
        );
    }
    FileKey file_key;
    if (!open(key, Nonce{}, stanza.body, file_key.span())) {
        return fail(ErrorCode::denied, "the passphrase is wrong");
    }
    return file_key;
}

} // namespace ducksnest::age
