#include "kube/testing/fake_kube.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::kube::testing {
namespace {

/// FieldsV1 of everything in a body, lists as a whole.
Json fields_of(const Json& body) {
    Json::Object fields;
    for (const auto& [key, value] : *body.as_object()) {
        const bool is_identity = key == "apiVersion" || key == "kind";
        if (!is_identity) {
            fields.emplace_back(
                "f:" + key, value.as_object() == nullptr ? Json::object({}) : fields_of(value)
            );
        }
    }
    return Json::object(std::move(fields));
}

void set_metadata(Json& object, const std::string& key, Json value) {
    Json metadata = *object.find("metadata");
    metadata.set(key, std::move(value));
    object.set("metadata", std::move(metadata));
}

std::unexpected<Error> missing(const Ref& ref) {
    return fail(ErrorCode::not_found, fmt::format("`{}` not found", display(ref)));
}

} // namespace

Result<void> FakeKube::note(std::string_view verb, const Ref& ref) {
    if (calls_left && *calls_left <= 0) {
        return fail(ErrorCode::interrupted, "the process was killed");
    }
    if (calls_left) {
        --*calls_left;
    }
    calls.push_back(fmt::format("{} {}", verb, display(ref)));
    return {};
}

const Json* FakeKube::peek(const Ref& ref) const {
    const auto at = objects.find(key_of(ref));
    return at == objects.end() ? nullptr : &at->second;
}

void FakeKube::put(Json object) {
    const Ref ref = *ref_of(object);
    (void)store(ref, std::move(object));
}

Result<Json> FakeKube::store(const Ref& ref, Json object) {
    const auto before = objects.find(key_of(ref));
    set_metadata(
        object,
        "uid",
        before == objects.end() ? Json(fmt::format("uid-{}", ++uid_))
                                : Json(text_at(before->second, "metadata.uid"))
    );
    if (before != objects.end()) {
        set_metadata(
            object, "resourceVersion", text_at(before->second, "metadata.resourceVersion")
        );
        if (before->second == object) {
            return object;
        }
    }
    writes.push_back(display(ref));
    set_metadata(object, "resourceVersion", std::to_string(++version_));
    objects.insert_or_assign(key_of(ref), object);
    return object;
}

Result<Json> FakeKube::get(const Ref& ref) {
    TRY(note("get", ref));
    const Json* found = peek(ref);
    return found == nullptr ? Result<Json>(missing(ref)) : Result<Json>(*found);
}

Result<std::string> FakeKube::list(const ListQuery& query, const ObjectReceiver& receiver) {
    TRY(note("list", {.api_version = query.api_version, .kind = query.kind}));
    const std::size_t equals = query.label_selector.find('=');
    const std::string label = query.label_selector.substr(0, equals);
    const std::string wanted = query.label_selector.substr(equals + 1);
    for (const auto& [key, object] : objects) {
        const Json* labels = at_path(object, "metadata.labels");
        const Json* value = labels == nullptr ? nullptr : labels->find(label);
        const bool matches = key.kind == query.kind && key.group == group_of(query.api_version);
        if (matches && value != nullptr && *value == Json(wanted) && !receiver(object)) {
            break;
        }
    }
    return std::to_string(version_);
}

Result<void> FakeKube::watch(const WatchQuery&, const EventReceiver&) {
    return fail(ErrorCode::unsupported, "no watches here");
}

Result<Json> FakeKube::apply(const Json& object, const ApplyOptions& options) {
    const Ref ref = TRY(ref_of(object));
    TRY(note("apply", ref));
    if (const auto at = refusals.find(key_of(ref)); at != refusals.end()) {
        return std::unexpected(at->second);
    }
    const std::string group(group_of(ref.api_version));
    const bool is_defined = std::ranges::any_of(objects, [&](const auto& item) {
        return item.first.kind == "CustomResourceDefinition" &&
               text_at(item.second, "spec.group") == group &&
               text_at(item.second, "spec.names.kind") == ref.kind;
    });
    const Ref home = {.api_version = "v1", .kind = "Namespace", .name = ref.namespace_name};
    const bool is_homeless =
        !ref.namespace_name.empty() && ref.namespace_name != "kube-system" && peek(home) == nullptr;
    if (is_homeless || (custom_groups.contains(group) && !is_defined)) {
        return missing(is_homeless ? home : ref);
    }
    Json stored = object;
    if (ref.kind == "CustomResourceDefinition") {
        const Json established = Json::object({{"type", "Established"}, {"status", "True"}});
        stored.set("status", Json::object({{"conditions", Json::array({established})}}));
    }
    const Json entry = Json::object(
        {{"manager", options.field_manager},
         {"operation", "Apply"},
         {"fieldsType", "FieldsV1"},
         {"fieldsV1", fields_of(object)}}
    );
    set_metadata(stored, "managedFields", Json::array({entry}));
    return options.mode == Mode::dry_run ? Result<Json>(stored) : store(ref, std::move(stored));
}

Result<Json> FakeKube::create(const Json& object) {
    const Ref ref = TRY(ref_of(object));
    TRY(note("create", ref));
    if (peek(ref) != nullptr) {
        return fail(ErrorCode::conflict, "exists already");
    }
    return store(ref, object);
}

Result<Json> FakeKube::replace(const Json& object) {
    const Ref ref = TRY(ref_of(object));
    TRY(note("replace", ref));
    const Json* before = peek(ref);
    if (before == nullptr) {
        return missing(ref);
    }
    if (text_at(object, "metadata.resourceVersion") !=
        text_at(*before, "metadata.resourceVersion")) {
        return fail(ErrorCode::conflict, "changed since");
    }
    return store(ref, object);
}

Result<void> FakeKube::remove(const Ref& ref, const RemoveOptions& options) {
    TRY(note("remove", ref));
    const Json* before = peek(ref);
    if (before == nullptr) {
        return missing(ref);
    }
    if (!options.uid.empty() && options.uid != text_at(*before, "metadata.uid")) {
        return fail(ErrorCode::conflict, "another object");
    }
    writes.push_back("-" + display(ref));
    objects.erase(key_of(ref));
    return {};
}

Result<void> FakeKube::evict(const std::string&, const std::string&) {
    return fail(ErrorCode::unsupported, "no pods here");
}

} // namespace ducksnest::kube::testing
