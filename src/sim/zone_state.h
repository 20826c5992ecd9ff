#pragma once

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace ducksnest::sim {

/// kube-controller-manager's constants: defaults of Kubernetes 1.32 and later
/// (pkg/controller/nodelifecycle/config/v1alpha1/defaults.go, scheduler/rate_limited_queue.go).
namespace lifecycle {
inline constexpr Duration monitor_period = std::chrono::seconds(5);
inline constexpr Duration monitor_grace = std::chrono::seconds(50);
inline constexpr Duration startup_grace = std::chrono::seconds(60);
inline constexpr Duration taint_period = std::chrono::milliseconds(100);
inline constexpr std::int64_t unhealthy_percent = 55;
inline constexpr std::size_t large_zone = 50;
inline constexpr std::int64_t rate_millihertz = 100;
inline constexpr std::int64_t reduced_rate_millihertz = 10;
/// The DefaultTolerationSeconds admission plugin gives this to every ordinary pod.
inline constexpr Duration toleration = std::chrono::seconds(300);
} // namespace lifecycle

enum class ZoneState : std::uint8_t { initial, normal, partial_disruption, full_disruption };

std::string_view to_string(ZoneState state);

/// No node Ready: full. More than two not Ready and at least 55 %: partial. Otherwise normal.
ZoneState compute_zone_state(std::size_t ready, std::size_t not_ready);

/// How many nodes per 1000 s may be tainted NoExecute in a zone of this size and state, while at
/// least one other zone is not fully disrupted.
std::int64_t taint_rate(ZoneState state, std::size_t zone_nodes);

/// golang.org/x/time/rate with a burst of one, in integers. Starts full. A rate of 0 never accepts.
class TokenBucket {
public:
    TokenBucket(std::int64_t millihertz, Instant now)
        : millihertz_(millihertz)
        , updated_(now) {}

    std::int64_t millihertz() const { return millihertz_; }
    bool accept(Instant now);
    /// The first moment at which `accept` would say yes; nothing when it never will.
    std::optional<Instant> ready_at(Instant now) const;

private:
    static constexpr std::int64_t token = 1'000'000; ///< One token, in millihertz x milliseconds.

    std::int64_t filled(Instant now) const;

    std::int64_t millihertz_;
    Instant updated_;
    std::int64_t level_ = token;
};

/// Nodes that wait for their NoExecute taint: each once until it is removed, first come first
/// served, as fast as the zone's limiter lets them (RateLimitedTimedQueue of Kubernetes).
class TaintQueue {
public:
    explicit TaintQueue(Instant now)
        : limiter_(lifecycle::rate_millihertz, now) {}

    /// False when the node was already added and not removed since.
    bool add(std::uint32_t node);
    bool remove(std::uint32_t node);
    bool waiting() const { return !queue_.empty(); }
    std::optional<Instant> ready_at(Instant now) const;
    /// The next node, when there is one and the limiter has a token for it.
    std::optional<std::uint32_t> take(Instant now);
    /// A new rate; a limiter that was empty is replaced by an empty one.
    void swap_limiter(std::int64_t millihertz, Instant now);

private:
    TokenBucket limiter_;
    std::vector<std::uint32_t> queue_{};
    std::vector<std::uint32_t> known_{};
};

} // namespace ducksnest::sim
