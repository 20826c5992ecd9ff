#include "kube/retry.h"

#include <algorithm>
#include <array>

namespace ducksnest::kube {

std::optional<Duration> next_pause(
    const RetryPolicy& policy, int attempt, Repeat repeat, const Failure& failure, Random& random
) {
    const bool is_passing =
        failure.code == ErrorCode::unavailable || failure.code == ErrorCode::timeout;
    const bool is_repeatable = repeat == Repeat::safe || failure.is_declined;
    if (!is_passing || !is_repeatable || attempt >= policy.attempts_max) {
        return std::nullopt;
    }
    constexpr int doublings_max = 20;
    const std::int64_t full =
        std::min(policy.base.count() << std::min(attempt - 1, doublings_max), policy.cap.count());
    std::array<std::uint8_t, 4> noise{};
    random.fill(noise);
    const std::int64_t draw = noise[0] | noise[1] << 8 | noise[2] << 16;
    const Duration pause(full - draw % (full / 2 + 1));
    const Duration asked =
        std::min(failure.retry_after.value_or(Duration()), policy.retry_after_cap);
    // On top of what was asked for, or everybody who was sent away comes back in the same instant.
    return asked > Duration() ? asked + pause / 4 : pause;
}

} // namespace ducksnest::kube
