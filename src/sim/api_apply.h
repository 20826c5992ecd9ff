#pragma once

#include "base/result.h"
#include "sim/api_fields.h"

#include <string>
#include <vector>

namespace ducksnest::sim {

enum class ManagerOperation : std::uint8_t { apply, update };

/// Who set which fields of an object: one entry of `metadata.managedFields`.
struct FieldManager {
    std::string name{};
    ManagerOperation operation = ManagerOperation::apply;
    std::string subresource{};
    std::string time{}; ///< RFC 3339, of the last change.
    FieldSet fields{};

    bool is_same(const FieldManager& other) const {
        return name == other.name && operation == other.operation &&
               subresource == other.subresource;
    }
};

using FieldManagers = std::vector<FieldManager>;

FieldManagers managers_of(const Json& object);
Json with_managers(Json object, const FieldManagers& managers);
/// The object without `metadata.managedFields`.
Json without_managers(Json object);

/// A field that an apply wants to set and another manager holds with another value.
struct FieldConflict {
    std::string manager{};
    FieldPath field{};
};

struct ApplyRequest {
    const Json& applied;
    FieldManager manager{}; ///< `fields` are not read.
    bool is_forced = false;
    Lists lists = Lists::built_in;
};

/// A server-side apply (kubernetes.io/docs/reference/using-api/server-side-apply): sets the fields,
/// removes those that this manager applied before and nobody else holds, and works out anew who
/// holds what. `conflict` names the fields and their managers; nothing is changed then.
Result<Json> apply_fields(const Json& live, const ApplyRequest& request);

/// An overwrite: fields that changed belong to `manager` and to nobody else; who held a field that
/// is gone holds it no more.
Json note_update(const Json& before, Json after, FieldManager manager, Lists lists);

} // namespace ducksnest::sim
