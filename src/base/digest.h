#pragma once

#include "base/bytes.h"

#include <array>
#include <cstdint>
#include <memory>

namespace ducksnest {

using Sha256 = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4) of the bytes.
Sha256 sha256(ByteView bytes);

/// SHA-256 of bytes that come piece by piece.
class Sha256Hasher {
public:
    Sha256Hasher();
    ~Sha256Hasher();
    Sha256Hasher(Sha256Hasher&& other) noexcept;
    Sha256Hasher& operator=(Sha256Hasher&& other) noexcept;

    void update(ByteView piece);
    /// Of everything so far; the hasher starts anew.
    Sha256 finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// HMAC-SHA-256 (RFC 2104).
Sha256 hmac_sha256(ByteView key, ByteView message);

} // namespace ducksnest
