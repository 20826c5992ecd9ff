#pragma once

#include "ports/timer.h"

#include <chrono>

namespace ducksnest::io {

/// The machine's monotonic clock, started when the timer is made.
class SteadyTimer final : public Timer {
public:
    Duration elapsed() override;
    Result<void> pause(Duration length, std::stop_token stop) override;

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

} // namespace ducksnest::io
