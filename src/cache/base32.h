#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <string>
#include <string_view>

namespace ducksnest::cache {

/// The digits of Nix's own base 32: no e, o, t, u (Nix manual, "Store Path Specification").
inline constexpr std::string_view base32_digits = "0123456789abcdfghijklmnpqrsvwxyz";

/// Nix's own base 32: 5 bits per digit, the last digit holds the lowest bits of the first byte.
std::string encode_base32(ByteView bytes);
/// Strict: only the digits above, unused bits zero, and exactly `size` bytes.
Result<Bytes> decode_base32(std::string_view text, std::size_t size);

} // namespace ducksnest::cache
