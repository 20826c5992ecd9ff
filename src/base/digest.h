#pragma once

#include "base/bytes.h"

#include <array>
#include <cstdint>

namespace ducksnest {

using Sha256 = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4) of the bytes.
Sha256 sha256(ByteView bytes);

} // namespace ducksnest
