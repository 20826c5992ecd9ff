#pragma once

#include "base/bytes.h"
#include "base/digest.h"

#include <memory>

namespace ducksnest {

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece.
class Sha256Stream {
public:
    Sha256Stream();
    ~Sha256Stream();
    Sha256Stream(Sha256Stream&&) noexcept;
    Sha256Stream& operator=(Sha256Stream&&) noexcept;

    void add(ByteView piece);
    /// The digest of all pieces; nothing may be added afterwards.
    Sha256 finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace ducksnest
