#pragma once

#include "base/time.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// The eviction of a dead house: what the real kube-controller-manager does and what the twin's
/// controllers do are held against the same expectations.
namespace ducksnest::testing {

/// Which other nodes there are when all three laptops at home fall silent.
enum class House : std::uint8_t {
    labelled,         ///< Zones by site; the control plane's node is Ready in the cloud.
    unlabelled_one,   ///< No zone labels; one other node is Ready.
    unlabelled_three, ///< No zone labels; three other nodes are Ready.
};

/// What a controller was told.
struct EvictionTimes {
    Duration grace{};      ///< node-monitor-grace-period
    Duration toleration{}; ///< tolerationSeconds of the pods
};

/// When it happened to each laptop, from the last lease on; missing when it did not.
struct DeadHouse {
    std::map<std::string, Duration> unknown{}; ///< Ready became Unknown.
    std::map<std::string, Duration> tainted{}; ///< NoExecute.
    std::map<std::string, Duration> evicted{}; ///< Its pod was removed.
};

inline constexpr Duration monitor_period = std::chrono::seconds(5);
inline constexpr Duration taint_spacing = std::chrono::seconds(10);

/// How long one has to look: until everything that happens has happened.
Duration time_to_watch(const EvictionTimes& times);

/// `slack` is how late news reach the observer.
void check_dead_house(
    House house, const DeadHouse& seen, const EvictionTimes& times, Duration slack
);

/// "old: Unknown 51.2s, NoExecute 51.3s, evicted 54.4s", one line per laptop.
std::string describe(const DeadHouse& seen);

} // namespace ducksnest::testing
