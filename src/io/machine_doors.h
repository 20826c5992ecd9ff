#pragma once

#include "ports/clock.h"
#include "ports/parallel.h"
#include "ports/random.h"

namespace ducksnest::io {

/// The kernel's generator, getrandom(2).
class OsRandom final : public Random {
public:
    void fill(std::span<std::uint8_t> out) override;
};

class SystemClock final : public Clock {
public:
    Instant now() override;
};

/// One thread per core, each taking the next piece until none is left.
class ThreadPool final : public Parallel {
public:
    void for_each(std::size_t count, const std::function<void(std::size_t)>& work) override;
};

} // namespace ducksnest::io
