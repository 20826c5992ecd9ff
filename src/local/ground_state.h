#pragma once

#include "base/json.h"
#include "base/result.h"
#include "ports/processes.h"

#include <string>
#include <vector>

namespace ducksnest::local {

struct RunningProcess {
    std::string node{};
    std::string unit{};
    ProcessId id{};
    std::string log_file{};
};

/// What a ground has started, written down before anything else happens, so that `down` stops
/// exactly this and nothing else, also after a crash of ours.
struct GroundState {
    int network = 0;
    std::string api_server{};
    std::vector<RunningProcess> processes{}; ///< In start order.
};

/// Below the ground's folder.
inline constexpr std::string_view state_path = "ground.json";

Json to_json(const GroundState& state);
Result<GroundState> parse_ground_state(const Json& json);

} // namespace ducksnest::local
