#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <string>
#include <string_view>

namespace ducksnest {

/// Lower-case hexadecimal.
std::string encode_hex(ByteView bytes);
Result<Bytes> decode_hex(std::string_view text);

/// Standard alphabet with padding (RFC 4648 section 4).
std::string encode_base64(ByteView bytes);
/// The same without padding, as age uses it.
std::string encode_base64_unpadded(ByteView bytes);

/// Strict: canonical padding, no whitespace, unused bits zero.
Result<Bytes> decode_base64(std::string_view text);
/// Strict: no padding at all, unused bits zero.
Result<Bytes> decode_base64_unpadded(std::string_view text);

} // namespace ducksnest
