#include "aws/retrier.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ducksnest::aws {
namespace {

/// AWS refuses signatures that are 5 minutes off, S3 those that are 15 minutes off (AWS IAM User
/// Guide, "Troubleshoot SigV4 request signing").
constexpr Duration skew_max = Duration(5 * 60'000);

} // namespace

Result<void> Retrier::after(const ServiceFailure& failure) {
    ++attempts_;
    is_maybe_done_ = is_maybe_done_ || failure.is_maybe_done;
    if (!apply(failure)) {
        return std::unexpected(failure.error);
    }
    const Duration pause = pause_for(failure);
    return pause == Duration() ? Result<void>() : session_.doors().timer.pause(pause, stop_);
}

bool Retrier::apply(const ServiceFailure& failure) {
    const bool is_refused =
        failure.error.code == ErrorCode::denied || failure.error.code == ErrorCode::unauthenticated;
    // A refused HEAD does not say why, but it says what time it is.
    const bool is_skewed = is_refused && failure.server_time &&
                           std::chrono::abs(*failure.server_time - session_.now()) > skew_max;
    if (failure.remedy == Remedy::clock || is_skewed) {
        if (std::exchange(has_tried_clock_, true) || !failure.server_time) {
            return false;
        }
        session_.learn_time(*failure.server_time);
        return true;
    }
    switch (failure.remedy) {
    case Remedy::retry:
    case Remedy::slow_down:
        return attempts_ < session_.retry().attempts_max;
    case Remedy::resend:
        return ++resends_ < session_.retry().resends_max;
    case Remedy::credentials:
        if (std::exchange(has_tried_credentials_, true)) {
            return false;
        }
        session_.reload_credentials(failure.credentials);
        return true;
    case Remedy::region:
        if (failure.region.empty() || std::exchange(has_tried_region_, true)) {
            return false;
        }
        session_.learn_region(failure.region);
        return true;
    case Remedy::plain:
        session_.has_checksums_ = false;
        return !std::exchange(has_tried_plain_, true);
    case Remedy::clock:
    case Remedy::none:
        break;
    }
    return false;
}

Duration Retrier::pause_for(const ServiceFailure& failure) {
    const RetryPolicy& policy = session_.retry();
    const bool is_slow = failure.remedy == Remedy::slow_down;
    if (!is_slow && failure.remedy != Remedy::retry && failure.remedy != Remedy::resend) {
        return {};
    }
    constexpr int doublings_max = 20;
    const std::int64_t base = (is_slow ? policy.slow_base : policy.base).count();
    const std::int64_t full =
        std::min(base << std::clamp(attempts_ - 1, 0, doublings_max), policy.cap.count());
    std::array<std::uint8_t, 4> noise{};
    session_.doors().random.fill(noise);
    const std::int64_t draw = noise[0] | noise[1] << 8 | noise[2] << 16;
    const Duration pause(full - draw % (full / 2 + 1));
    // On top of what was asked for, or everybody who was sent away comes back in the same instant.
    return failure.retry_after ? *failure.retry_after + pause / 4 : pause;
}

} // namespace ducksnest::aws
