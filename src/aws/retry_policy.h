#pragma once

#include "base/time.h"

namespace ducksnest::aws {

/// How often and how long to try again: exponential from `base` to `cap`, of which a random half is
/// taken off so that many callers do not come back at once.
struct RetryPolicy {
    int attempts_max = 9;               ///< Without progress in between; the first one counts.
    int resends_max = 3;                ///< Of bytes that the server found changed.
    Duration base = Duration(100);      ///< First pause.
    Duration slow_base = Duration(500); ///< First pause after "slow down".
    Duration cap = Duration(20'000);
};

} // namespace ducksnest::aws
