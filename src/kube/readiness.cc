#include "kube/readiness.h"

#include "kube/object.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::kube {
namespace {

Readiness counted(std::int64_t ready, std::int64_t wanted, std::string_view what) {
    return ready >= wanted ? Readiness{}
                           : Readiness{fmt::format("{} of {} {}", ready, wanted, what)};
}

Readiness
rollout(const Json& live, std::int64_t wanted, std::string_view updated, std::string_view ready) {
    const std::int64_t generation = int_at(live, "metadata.generation", 0);
    if (int_at(live, "status.observedGeneration", -1) < generation) {
        return {"not yet seen by its controller"};
    }
    const Readiness renewed = counted(int_at(live, updated, 0), wanted, "updated");
    return renewed.is_ready() ? counted(int_at(live, ready, 0), wanted, "ready") : renewed;
}

} // namespace

bool has_condition(const Json& live, std::string_view type) {
    const Json* conditions = at_path(live, "status.conditions");
    const Json::Array* list = conditions == nullptr ? nullptr : conditions->as_array();
    return list != nullptr && std::ranges::any_of(*list, [&](const Json& condition) {
               return text_at(condition, "type") == type && text_at(condition, "status") == "True";
           });
}

Readiness readiness_of(const Json& live) {
    const std::string kind = text_at(live, "kind");
    const std::int64_t replicas = int_at(live, "spec.replicas", 1);
    if (kind == "Deployment") {
        return rollout(live, replicas, "status.updatedReplicas", "status.availableReplicas");
    }
    if (kind == "DaemonSet") {
        return rollout(
            live,
            int_at(live, "status.desiredNumberScheduled", 0),
            "status.updatedNumberScheduled",
            "status.numberAvailable"
        );
    }
    if (kind == "StatefulSet") {
        return rollout(live, replicas, "status.updatedReplicas", "status.readyReplicas");
    }
    if (kind == "Job") {
        return has_condition(live, "Complete") ? Readiness{} : Readiness{"not complete"};
    }
    if (kind == "CustomResourceDefinition") {
        return has_condition(live, "Established") ? Readiness{} : Readiness{"not yet served"};
    }
    return {};
}

} // namespace ducksnest::kube
