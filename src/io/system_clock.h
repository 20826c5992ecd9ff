#pragma once

#include "ports/clock.h"

namespace ducksnest::io {

/// The machine's wall clock.
class SystemClock final : public Clock {
public:
    Instant now() override;
};

} // namespace ducksnest::io
