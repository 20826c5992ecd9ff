#pragma once

#include "ports/random.h"

namespace ducksnest::io {

/// The kernel's generator: getrandom(2). Stateless, so any thread may draw.
class OsRandom final : public Random {
public:
    void fill(std::span<std::uint8_t> out) override;
};

} // namespace ducksnest::io
