#pragma once

#include "base/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::sim {

/// What a line of the timeline is about; people filter by it.
enum class Topic : std::uint8_t { script, machine, node, pod, control_plane, database, network };

/// One thing worth telling a person.
struct Happening {
    Instant at{};
    Topic topic = Topic::machine;
    std::string subject{}; ///< A node, pod, site or "cluster".
    std::string text{};    ///< "lost power", "evicted: `firebat` is unreachable".
};

std::string_view to_string(Topic topic);

} // namespace ducksnest::sim
