#pragma once

#include <cstdint>
#include <span>

namespace ducksnest {

/// Where keys, serials and nonces come from. The real one is the kernel's generator; the twin's is
/// seeded. Safe to call from several threads at once.
class Random {
public:
    virtual ~Random() = default;
    /// Fills the whole span; never fails, never returns short.
    virtual void fill(std::span<std::uint8_t> out) = 0;
};

} // namespace ducksnest
