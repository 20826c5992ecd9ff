#include "local/ground_state.h"

namespace ducksnest::local {
namespace {

Result<const Json*> member(const Json& json, std::string_view key) {
    const Json* value = json.find(key);
    if (value == nullptr) {
        return fail(ErrorCode::corrupt, "`" + std::string(key) + "` is missing in `ground.json`");
    }
    return value;
}

Result<std::string> text(const Json& json, std::string_view key) {
    const std::string* value = TRY(member(json, key))->as_string();
    if (value == nullptr) {
        return fail(ErrorCode::corrupt, "`" + std::string(key) + "` is no string in `ground.json`");
    }
    return *value;
}

Result<std::int64_t> number(const Json& json, std::string_view key) {
    const std::int64_t* value = TRY(member(json, key))->as_int();
    if (value == nullptr) {
        return fail(ErrorCode::corrupt, "`" + std::string(key) + "` is no number in `ground.json`");
    }
    return *value;
}

} // namespace

Json to_json(const GroundState& state) {
    Json::Array processes;
    for (const RunningProcess& process : state.processes) {
        processes.push_back(Json::object(
            {{"logFile", process.log_file},
             {"node", process.node},
             {"pid", process.id.pid},
             {"startTicks", process.id.start_ticks},
             {"unit", process.unit}}
        ));
    }
    return Json::object(
        {{"apiServer", state.api_server},
         {"network", state.network},
         {"processes", std::move(processes)},
         {"schema", "ducksnest.ground/1"}}
    );
}

Result<GroundState> parse_ground_state(const Json& json) {
    GroundState state;
    state.api_server = TRY(text(json, "apiServer"));
    state.network = static_cast<int>(TRY(number(json, "network")));
    const Json::Array* processes = TRY(member(json, "processes"))->as_array();
    if (processes == nullptr) {
        return fail(ErrorCode::corrupt, "`processes` is no list in `ground.json`");
    }
    for (const Json& process : *processes) {
        state.processes.push_back(
            {.node = TRY(text(process, "node")),
             .unit = TRY(text(process, "unit")),
             .id =
                 {.pid = TRY(number(process, "pid")),
                  .start_ticks = TRY(number(process, "startTicks"))},
             .log_file = TRY(text(process, "logFile"))}
        );
    }
    return state;
}

} // namespace ducksnest::local
