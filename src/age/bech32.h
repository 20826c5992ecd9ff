#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <string>
#include <string_view>

namespace ducksnest::age {

/// A Bech32 text (BIP 173, without its limit of 90 characters) taken apart. The prefix keeps the
/// case of the text: "age", "AGE-SECRET-KEY-".
struct Bech32 {
    std::string prefix{};
    Bytes bytes{};
};

/// `invalid` when the text mixes cases, has a foreign character, a wrong checksum or padding that
/// is not zero. The message never repeats the text: it may be a secret.
Result<Bech32> decode_bech32(std::string_view text);

/// In the case of the prefix, which must be all lower or all upper.
std::string encode_bech32(std::string_view prefix, ByteView bytes);

} // namespace ducksnest::age
