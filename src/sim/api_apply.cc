#include "sim/api_apply.h"

#include "kube/object.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::sim {
namespace {

bool is_equal(const Json* a, const Json* b) {
    return a == nullptr || b == nullptr ? a == b : *a == *b;
}

/// Whether somebody holds the field, something below it, or something that it is part of.
bool is_held(const FieldSet& fields, const FieldPath& path) {
    return std::ranges::any_of(fields, [&](const FieldPath& held) {
        return is_within(held, path) || (is_within(path, held) && !held.back().starts_with("k:"));
    });
}

std::vector<FieldConflict>
conflicts_of(const Json& live, const ApplyRequest& request, const FieldSet& wanted) {
    std::vector<FieldConflict> conflicts;
    for (const FieldManager& other : managers_of(live)) {
        if (other.is_same(request.manager)) {
            continue;
        }
        for (const FieldPath& path : wanted) {
            const bool differs = !path.back().starts_with("k:") &&
                                 !is_equal(value_at(live, path), value_at(request.applied, path));
            if (differs && other.fields.contains(path)) {
                conflicts.push_back({.manager = other.name, .field = path});
            }
        }
    }
    return conflicts;
}

std::unexpected<Error> conflict_error(const std::vector<FieldConflict>& conflicts) {
    std::string text = fmt::format(
        "Apply failed with {} conflict{}", conflicts.size(), conflicts.size() == 1 ? "" : "s"
    );
    for (const FieldConflict& conflict : conflicts) {
        text += fmt::format(
            "{} conflict with \"{}\": {}",
            &conflict == conflicts.data() ? ":" : ",",
            conflict.manager,
            display(conflict.field)
        );
    }
    return fail(ErrorCode::conflict, std::move(text));
}

void drop_empty(FieldManagers& managers) {
    std::erase_if(managers, [](const FieldManager& manager) { return manager.fields.empty(); });
}

} // namespace

FieldManagers managers_of(const Json& object) {
    FieldManagers managers;
    const Json* entries = kube::at_path(object, "metadata.managedFields");
    if (entries == nullptr || entries->as_array() == nullptr) {
        return managers;
    }
    for (const Json& entry : *entries->as_array()) {
        const Json* fields = entry.find("fieldsV1");
        managers.push_back(
            {.name = kube::text_at(entry, "manager"),
             .operation = kube::text_at(entry, "operation") == "Apply" ? ManagerOperation::apply
                                                                       : ManagerOperation::update,
             .subresource = kube::text_at(entry, "subresource"),
             .time = kube::text_at(entry, "time"),
             .fields = fields == nullptr ? FieldSet() : parse_fields_v1(*fields)}
        );
    }
    return managers;
}

Json with_managers(Json object, const FieldManagers& managers) {
    Json::Array entries;
    for (const FieldManager& manager : managers) {
        Json entry = Json::object(
            {{"manager", manager.name},
             {"operation", manager.operation == ManagerOperation::apply ? "Apply" : "Update"},
             {"apiVersion", kube::text_at(object, "apiVersion")},
             {"time", manager.time},
             {"fieldsType", "FieldsV1"},
             {"fieldsV1", to_fields_v1(manager.fields)}}
        );
        if (!manager.subresource.empty()) {
            entry.set("subresource", manager.subresource);
        }
        entries.push_back(std::move(entry));
    }
    Json metadata = *object.find("metadata");
    metadata.set("managedFields", Json(std::move(entries)));
    object.set("metadata", std::move(metadata));
    return object;
}

Json without_managers(Json object) {
    Json metadata = *object.find("metadata");
    metadata.erase("managedFields");
    object.set("metadata", std::move(metadata));
    return object;
}

Result<Json> apply_fields(const Json& live, const ApplyRequest& request) {
    const FieldSet wanted = fields_of(request.applied, request.lists);
    const std::vector<FieldConflict> conflicts = conflicts_of(live, request, wanted);
    if (!conflicts.empty() && !request.is_forced) {
        return conflict_error(conflicts);
    }
    FieldManagers managers = managers_of(live);
    const auto own = std::ranges::find_if(managers, [&](const FieldManager& manager) {
        return manager.is_same(request.manager);
    });
    FieldManager entry = own == managers.end() ? request.manager : *own;
    const FieldSet before = own == managers.end() ? FieldSet() : own->fields;
    if (own != managers.end()) {
        managers.erase(own);
    }
    for (FieldManager& other : managers) {
        std::erase_if(other.fields, [&](const FieldPath& path) {
            return std::ranges::any_of(conflicts, [&](const FieldConflict& conflict) {
                return conflict.manager == other.name && conflict.field == path;
            });
        });
    }
    Json object = merged(live, request.applied, request.lists);
    for (const FieldPath& path : before) {
        const bool is_kept =
            is_held(wanted, path) || std::ranges::any_of(managers, [&](const FieldManager& other) {
                return is_held(other.fields, path);
            });
        object = is_kept ? std::move(object) : without(object, path);
    }
    entry.time = before == wanted ? entry.time : request.manager.time;
    entry.fields = wanted;
    managers.push_back(std::move(entry));
    drop_empty(managers);
    return with_managers(std::move(object), managers);
}

Json note_update(const Json& before, Json after, FieldManager manager, Lists lists) {
    const FieldSet fields = fields_of(after, lists);
    FieldSet changed;
    for (const FieldPath& path : fields) {
        if (!is_equal(value_at(before, path), value_at(after, path)) &&
            !path.back().starts_with("k:")) {
            changed.insert(path);
        }
    }
    FieldManagers managers = managers_of(before);
    for (FieldManager& other : managers) {
        std::erase_if(other.fields, [&](const FieldPath& path) {
            const bool is_taken = changed.contains(path) && !other.is_same(manager);
            return is_taken || value_at(after, path) == nullptr;
        });
    }
    const auto own = std::ranges::find_if(managers, [&](const FieldManager& other) {
        return other.is_same(manager);
    });
    if (own != managers.end()) {
        own->fields.insert(changed.begin(), changed.end());
        own->time = changed.empty() ? own->time : manager.time;
    } else {
        manager.fields = std::move(changed);
        managers.push_back(std::move(manager));
    }
    drop_empty(managers);
    return with_managers(std::move(after), managers);
}

} // namespace ducksnest::sim
