#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace ducksnest {

/// A chance as an integer ratio: no floating point where a decision depends on it.
struct Ratio {
    std::uint32_t numerator = 0;
    std::uint32_t denominator = 1;
};

/// xoshiro256** (Blackman and Vigna, 2018), seeded by splitmix64: the same seed gives the same
/// numbers on every machine. For simulation, never for keys.
class Prng {
public:
    explicit Prng(std::uint64_t seed);

    std::uint64_t next();
    /// Uniform in [0, bound); bound must not be 0.
    std::uint64_t below(std::uint64_t bound);
    /// Uniform in [low, high], both included.
    std::int64_t between(std::int64_t low, std::int64_t high);
    bool chance(Ratio ratio);
    void fill(std::span<std::uint8_t> out);
    /// An independent stream, so that one part's draws do not shift another's.
    Prng fork();

private:
    std::array<std::uint64_t, 4> state_{};
};

} // namespace ducksnest
