#pragma once

#include "ports/timer.h"

namespace ducksnest::io {

/// The machine's CLOCK_BOOTTIME, started when the timer is made: unlike CLOCK_MONOTONIC it counts
/// the time that a laptop sleeps (clock_gettime(2)), in which leases run out.
class SteadyTimer final : public Timer {
public:
    SteadyTimer();
    Duration elapsed() override;
    Result<void> pause(Duration length, std::stop_token stop) override;

private:
    Duration start_;
};

} // namespace ducksnest::io
