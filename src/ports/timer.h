#pragma once

#include "base/result.h"
#include "base/time.h"

#include <stop_token>

namespace ducksnest {

/// Waiting. Unlike the Clock this one only moves forward, whatever happens to the wall clock, so
/// deadlines and pauses are measured with it. Time that the machine sleeps counts: a lease runs out
/// meanwhile. Safe to call from several threads at once.
class Timer {
public:
    virtual ~Timer() = default;
    /// Time since a start of its own choice.
    virtual Duration elapsed() = 0;
    /// Returns when the pause is over; `interrupted` at once when a stop is asked for.
    virtual Result<void> pause(Duration length, std::stop_token stop) = 0;
};

} // namespace ducksnest
