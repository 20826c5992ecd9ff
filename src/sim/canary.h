#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ducksnest::sim {

/// Bugs planted on purpose: a campaign with one of them must fail, or the checkers see nothing.
enum class Canary : std::uint8_t {
    none,
    ignore_taints,          ///< The scheduler places pods on nodes that are not Ready.
    schedule_over_capacity, ///< The scheduler forgets to look at resources.
    evict_at_once,          ///< Pods are deleted without regard to what they tolerate.
    replace_before_gone,    ///< A named pod is replaced while the old one may still run.
};

inline constexpr std::array<std::string_view, 5> canary_names = {
    "none", "ignore-taints", "schedule-over-capacity", "evict-at-once", "replace-before-gone"
};

inline std::string_view to_string(Canary canary) {
    return canary_names.at(static_cast<std::size_t>(canary));
}

inline std::optional<Canary> parse_canary(std::string_view name) {
    for (std::size_t i = 0; i < canary_names.size(); ++i) {
        if (canary_names.at(i) == name) {
            return static_cast<Canary>(i);
        }
    }
    return std::nullopt;
}

} // namespace ducksnest::sim
