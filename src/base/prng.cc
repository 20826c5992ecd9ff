#include "base/prng.h"

#include "base/assert.h"

#include <bit>
#include <cstddef>

namespace ducksnest {
namespace {

std::uint64_t splitmix64(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
}

} // namespace

Prng::Prng(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
        word = splitmix64(seed);
    }
}

std::uint64_t Prng::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

std::uint64_t Prng::below(std::uint64_t bound) {
    ASSERT(bound > 0);
    // Rejection sampling: draws from the short tail would favour small numbers.
    const std::uint64_t tail = (0 - bound) % bound;
    std::uint64_t draw = next();
    while (draw < tail) {
        draw = next();
    }
    return draw % bound;
}

std::int64_t Prng::between(std::int64_t low, std::int64_t high) {
    ASSERT(low <= high);
    const std::uint64_t width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    const std::uint64_t draw = width + 1 == 0 ? next() : below(width + 1);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + draw);
}

bool Prng::chance(Ratio ratio) {
    return below(ratio.denominator) < ratio.numerator;
}

void Prng::fill(std::span<std::uint8_t> out) {
    std::size_t i = 0;
    while (i < out.size()) {
        std::uint64_t word = next();
        for (int byte = 0; byte < 8 && i < out.size(); ++byte, word >>= 8U) {
            out[i++] = static_cast<std::uint8_t>(word & 255U);
        }
    }
}

Prng Prng::fork() {
    return Prng(next());
}

} // namespace ducksnest
