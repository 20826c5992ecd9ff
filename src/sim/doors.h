#pragma once

#include "base/prng.h"
#include "ports/clock.h"
#include "ports/parallel.h"
#include "ports/random.h"
#include "ports/timer.h"

#include <mutex>

namespace ducksnest::sim {

/// The twin's random numbers: the same seed gives the same bytes. Never for keys that leave memory.
class SeededRandom : public Random {
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

/// One after another, in order, on the caller's thread.
class SerialParallel : public Parallel {
public:
    void for_each(std::size_t count, const std::function<void(std::size_t)>& work) override {
        for (std::size_t i = 0; i < count; ++i) {
            work(i);
        }
    }
};

/// Stands still until it is told the time.
class VirtualClock : public Clock {
public:
    explicit VirtualClock(Instant start)
        : now_(start) {}
    Instant now() override { return now_; }
    void set(Instant now) { now_ = now; }

private:
    Instant now_;
};

/// Time that passes only by waiting: nobody waits in the twin, the time moves instead.
class VirtualTimer : public Timer {
public:
    Duration elapsed() override {
        const std::scoped_lock lock(mutex_);
        return now_;
    }
    Result<void> pause(Duration length, std::stop_token stop) override {
        if (stop.stop_requested()) {
            return fail(ErrorCode::interrupted, "stopped while waiting");
        }
        const std::scoped_lock lock(mutex_);
        now_ += length;
        return {};
    }

private:
    std::mutex mutex_{};
    Duration now_{};
};

} // namespace ducksnest::sim
