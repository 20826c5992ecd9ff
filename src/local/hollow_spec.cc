#include "local/hollow_node.h"

namespace ducksnest::local {
namespace {

Result<std::string> text_at(const Json& json, std::string_view key) {
    const Json* value = json.find(key);
    if (value == nullptr || value->as_string() == nullptr) {
        return fail(ErrorCode::invalid, "`" + std::string(key) + "` is missing or not a string");
    }
    return *value->as_string();
}

Result<std::int64_t> number_at(const Json& json, std::string_view key) {
    const Json* value = json.find(key);
    if (value == nullptr || value->as_int() == nullptr) {
        return fail(ErrorCode::invalid, "`" + std::string(key) + "` is missing or not a number");
    }
    return *value->as_int();
}

} // namespace

Json to_json(const HollowSpec& spec) {
    Json labels = Json::object({});
    for (const auto& [key, value] : spec.labels) {
        labels.set(key, value);
    }
    Json::Array taints;
    for (const HollowTaint& taint : spec.taints) {
        taints.push_back(
            Json::object({{"effect", taint.effect}, {"key", taint.key}, {"value", taint.value}})
        );
    }
    return Json::object(
        {{"schema", "ducksnest.hollow/1"},
         {"name", spec.name},
         {"address", spec.address},
         {"kubernetesVersion", spec.kubernetes_version},
         {"labels", std::move(labels)},
         {"taints", std::move(taints)},
         {"cpus", spec.cpus},
         {"memoryMebibytes", spec.memory_mebibytes},
         {"allocatableMillicpus", spec.allocatable_millicpus},
         {"allocatableMebibytes", spec.allocatable_mebibytes},
         {"pods", spec.pods}}
    );
}

Result<HollowSpec> parse_hollow_spec(const Json& json) {
    HollowSpec spec;
    spec.name = TRY(text_at(json, "name"));
    spec.address = TRY(text_at(json, "address"));
    spec.kubernetes_version = TRY(text_at(json, "kubernetesVersion"));
    spec.pods = TRY(text_at(json, "pods"));
    spec.cpus = TRY(number_at(json, "cpus"));
    spec.memory_mebibytes = TRY(number_at(json, "memoryMebibytes"));
    spec.allocatable_millicpus = TRY(number_at(json, "allocatableMillicpus"));
    spec.allocatable_mebibytes = TRY(number_at(json, "allocatableMebibytes"));
    const Json* labels = json.find("labels");
    const Json* taints = json.find("taints");
    if (labels == nullptr || labels->as_object() == nullptr || taints == nullptr ||
        taints->as_array() == nullptr) {
        return fail(ErrorCode::invalid, "`labels` or `taints` is missing");
    }
    for (const auto& [key, value] : *labels->as_object()) {
        spec.labels.emplace(key, TRY(text_at(*labels, key)));
    }
    for (const Json& taint : *taints->as_array()) {
        spec.taints.push_back(
            {.key = TRY(text_at(taint, "key")),
             .value = TRY(text_at(taint, "value")),
             .effect = TRY(text_at(taint, "effect"))}
        );
    }
    return spec;
}

} // namespace ducksnest::local
