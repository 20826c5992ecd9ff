#pragma once

#include "base/time.h"

namespace ducksnest {

/// Wall-clock time. Never sleeps.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() = 0;
};

} // namespace ducksnest
