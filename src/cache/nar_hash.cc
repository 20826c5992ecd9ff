#include "cache/nar_hash.h"

#include "base/encoding.h"
#include "cache/base32.h"

#include <algorithm>

namespace ducksnest::cache {
namespace {

constexpr std::string_view algorithm = "sha256";

Result<Bytes> decode(char separator, std::string_view digits) {
    if (separator == ':' && digits.size() == 52) {
        return decode_base32(digits, 32);
    }
    if (separator == ':' && digits.size() == 64) {
        return decode_hex(digits);
    }
    return decode_base64(digits);
}

} // namespace

std::string format_hash(const Sha256& hash) {
    return std::string(algorithm) + ":" + encode_base32(hash);
}

Result<Sha256> parse_hash(std::string_view text) {
    if (!text.starts_with(algorithm) || text.size() < 8 || (text[6] != ':' && text[6] != '-')) {
        return fail(ErrorCode::invalid, "`" + std::string(text) + "` is not a SHA-256 of Nix");
    }
    const auto bytes = decode(text[6], text.substr(7));
    Sha256 hash{};
    if (!bytes || bytes->size() != hash.size()) {
        return fail(ErrorCode::invalid, "`" + std::string(text) + "` is not a SHA-256 of Nix");
    }
    std::ranges::copy(*bytes, hash.begin());
    return hash;
}

} // namespace ducksnest::cache
