#pragma once

#include "base/json.h"

#include <string>

namespace ducksnest::kube {

/// Whether a live object does what it is there for. `waiting` says what is missing: "2 of 4 ready";
/// it is empty when the object is ready, or of a kind that is ready as soon as it exists.
struct Readiness {
    std::string waiting{};
    bool is_ready() const { return waiting.empty(); }
};

/// Knows Deployment, DaemonSet, StatefulSet, Job and CustomResourceDefinition.
Readiness readiness_of(const Json& live);

/// Whether `status.conditions` has one of that type with status "True".
bool has_condition(const Json& live, std::string_view type);

} // namespace ducksnest::kube
