#include "base/json.h"
#include "deploy/activation.h"

namespace ducksnest::deploy {

Json to_json(const NodeReport& report) {
    return Json::object({
        {"schema", "ducksnest.activate/1"},
        {"current", report.current},
        {"booted", report.booted},
        {"default", report.standard},
        {"boot_id", report.boot_id},
        {"trial", to_json(report.trial)},
        {"holder", report.holder},
        {"rest_ms", std::int64_t{report.rest.count()}},
        {"has_wanted", report.has_wanted},
        {"needs_restart", report.needs_restart},
    });
}

Result<NodeReport> parse_node_report(const Json& json) {
    const auto text = [&](std::string_view key) {
        const Json* value = json.find(key);
        const std::string* found = value == nullptr ? nullptr : value->as_string();
        return found == nullptr ? std::string() : *found;
    };
    const auto flag = [&](std::string_view key) {
        const Json* value = json.find(key);
        return value != nullptr && *value == Json(true);
    };
    const Json* trial = json.find("trial");
    const Json* rest = json.find("rest_ms");
    if (text("schema") != "ducksnest.activate/1" || trial == nullptr || rest == nullptr ||
        rest->as_int() == nullptr) {
        return fail(
            ErrorCode::corrupt,
            "the node's answer is not of schema `ducksnest.activate/1`",
            "the node has another version of ducksnest; switch it once by hand"
        );
    }
    return NodeReport{
        .current = text("current"),
        .booted = text("booted"),
        .standard = text("default"),
        .boot_id = text("boot_id"),
        .trial = TRY(parse_trial(*trial)),
        .holder = text("holder"),
        .rest = Duration(*rest->as_int()),
        .has_wanted = flag("has_wanted"),
        .needs_restart = flag("needs_restart"),
    };
}

} // namespace ducksnest::deploy
