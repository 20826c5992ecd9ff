#pragma once

#include "base/prng.h"
#include "ports/random.h"

#include <mutex>

namespace ducksnest::age {

/// Reproducible "random" bytes for tests.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed)
        : prng_(seed) {}

    void fill(std::span<std::uint8_t> out) override {
        const std::scoped_lock lock(mutex_);
        prng_.fill(out);
    }

private:
    std::mutex mutex_{};
    Prng prng_;
};

} // namespace ducksnest::age
