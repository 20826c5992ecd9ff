#pragma once

#include "base/error.h"
#include "base/time.h"
#include "ports/random.h"

#include <optional>

namespace ducksnest::kube {

/// How often and how long to try again: exponential from `base` to `cap`, of which a random half is
/// taken off so that many clients do not come back at once.
struct RetryPolicy {
    int attempts_max = 8;
    Duration base = Duration(100);
    Duration cap = Duration(5'000);
    Duration retry_after_cap = Duration(60'000);
};

/// Whether a call that may have been carried out can be made again.
enum class Repeat : std::uint8_t {
    safe,        ///< The same call twice is the same as once.
    if_declined, ///< Only when the server said that it did nothing.
};

struct Failure {
    ErrorCode code = ErrorCode::internal;
    bool is_declined = false; ///< The server answered 429 or 503.
    std::optional<Duration> retry_after{};
};

/// How long to wait before attempt `attempt` + 1 (attempts count from 1), or nothing: give up.
std::optional<Duration> next_pause(
    const RetryPolicy& policy, int attempt, Repeat repeat, const Failure& failure, Random& random
);

} // namespace ducksnest::kube
