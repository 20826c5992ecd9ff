#pragma once

#include "base/json.h"

#include <optional>
#include <string>
#include <vector>

namespace ducksnest::kube {

/// One field that would change. Nothing on the left side means that it is new, nothing on the right
/// that it goes.
struct FieldChange {
    std::string path{}; ///< "spec.template.spec.containers[calico-node].image"
    std::optional<Json> before{};
    std::optional<Json> after{};
};

/// Field by field what differs between two versions of an object, in the order of the paths. What
/// the server keeps for itself (status, managedFields, uid, versions, times) does not count. Items
/// of lists that have names are compared by name.
std::vector<FieldChange> diff_objects(const Json& before, const Json& after);

/// "  spec.replicas: 1 -> 2", long values cut.
std::string render_change(const FieldChange& change);

} // namespace ducksnest::kube
