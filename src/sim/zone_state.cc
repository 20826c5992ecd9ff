#include "sim/zone_state.h"

#include <algorithm>
#include <utility>

namespace ducksnest::sim {

std::string_view to_string(ZoneState state) {
    switch (state) {
    case ZoneState::initial:
        return "initial";
    case ZoneState::normal:
        return "normal";
    case ZoneState::partial_disruption:
        return "partly disrupted";
    case ZoneState::full_disruption:
        return "fully disrupted";
    }
    std::unreachable();
}

ZoneState compute_zone_state(std::size_t ready, std::size_t not_ready) {
    if (ready == 0 && not_ready > 0) {
        return ZoneState::full_disruption;
    }
    const std::size_t all = ready + not_ready;
    const auto threshold = static_cast<std::size_t>(lifecycle::unhealthy_percent);
    if (not_ready > 2 && not_ready * 100 >= all * threshold) {
        return ZoneState::partial_disruption;
    }
    return ZoneState::normal;
}

std::int64_t taint_rate(ZoneState state, std::size_t zone_nodes) {
    if (state != ZoneState::partial_disruption) {
        return lifecycle::rate_millihertz;
    }
    return zone_nodes > lifecycle::large_zone ? lifecycle::reduced_rate_millihertz : 0;
}

std::int64_t TokenBucket::filled(Instant now) const {
    const std::int64_t elapsed = (now - updated_).count();
    return std::min(token, level_ + elapsed * millihertz_);
}

bool TokenBucket::accept(Instant now) {
    if (millihertz_ <= 0) {
        return false;
    }
    level_ = filled(now);
    updated_ = now;
    if (level_ < token) {
        return false;
    }
    level_ -= token;
    return true;
}

std::optional<Instant> TokenBucket::ready_at(Instant now) const {
    if (millihertz_ <= 0) {
        return std::nullopt;
    }
    const std::int64_t missing = token - filled(now);
    return now + Duration((missing + millihertz_ - 1) / millihertz_);
}

bool TaintQueue::add(std::uint32_t node) {
    if (std::ranges::find(known_, node) != known_.end()) {
        return false;
    }
    known_.push_back(node);
    queue_.push_back(node);
    return true;
}

bool TaintQueue::remove(std::uint32_t node) {
    std::erase(queue_, node);
    return std::erase(known_, node) > 0;
}

std::optional<Instant> TaintQueue::ready_at(Instant now) const {
    return queue_.empty() ? std::nullopt : limiter_.ready_at(now);
}

std::optional<std::uint32_t> TaintQueue::take(Instant now) {
    if (queue_.empty() || !limiter_.accept(now)) {
        return std::nullopt;
    }
    const std::uint32_t node = queue_.front();
    queue_.erase(queue_.begin());
    return node;
}

void TaintQueue::swap_limiter(std::int64_t millihertz, Instant now) {
    if (limiter_.millihertz() == millihertz) {
        return;
    }
    const bool was_empty = !limiter_.accept(now);
    limiter_ = TokenBucket(millihertz, now);
    if (was_empty) {
        limiter_.accept(now);
    }
}

} // namespace ducksnest::sim
