#include "sim/api_server.h"

#include "kube/discovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ducksnest::sim {

using kube::Mode;
using kube::ObjectKey;
using kube::Ref;

namespace {

constexpr std::string_view default_manager = "ducksnest";

/// Metadata that the server takes from what it has, never from what it is sent.
constexpr std::array kept_metadata = {
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "resourceVersion",
    "uid",
};

/// Kinds whose strategy counts no generations (pkg/registry, PrepareForUpdate).
constexpr std::array<std::string_view, 8> without_generation = {
    "Lease",
    "LimitRange",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "ResourceQuota",
    "Service",
};

Json skeleton(const Ref& ref) {
    Json metadata = Json::object({{"name", ref.name}});
    if (!ref.namespace_name.empty()) {
        metadata.set("namespace", ref.namespace_name);
    }
    return Json::object(
        {{"apiVersion", ref.api_version}, {"kind", ref.kind}, {"metadata", std::move(metadata)}}
    );
}

std::unexpected<Error> not_found(const Ref& ref) {
    return fail(ErrorCode::not_found, fmt::format("`{}`: not found", kube::display(ref)));
}

/// `conflict` when the object says which version or life it is of, and it is another by now.
Result<void> check_identity(const Ref& ref, const Json& object, const Json& stored) {
    for (const char* field : {"metadata.uid", "metadata.resourceVersion"}) {
        const std::string wanted = kube::text_at(object, field);
        if (!wanted.empty() && wanted != kube::text_at(stored, field)) {
            return fail(
                ErrorCode::conflict,
                fmt::format(
                    "`{}`: the object has been modified; please apply your changes to the latest "
                    "version and try again",
                    kube::display(ref)
                )
            );
        }
    }
    return {};
}

/// Whether two objects say the same, whenever and by whom it was said.
bool is_same(const Json& a, const Json& b) {
    const auto plain = [](const Json& object) {
        Json bare = without_managers(object);
        Json metadata = *bare.find("metadata");
        metadata.erase("resourceVersion");
        bare.set("metadata", std::move(metadata));
        return bare;
    };
    const auto owners = [](const Json& object) {
        std::map<std::string, FieldSet> found;
        for (const FieldManager& manager : managers_of(object)) {
            found[fmt::format(
                "{} {} {}", manager.name, static_cast<int>(manager.operation), manager.subresource
            )] = manager.fields;
        }
        return found;
    };
    return plain(a) == plain(b) && owners(a) == owners(b);
}

/// What a spec is in the sense of generations: all but metadata and status.
bool is_same_spec(const Json& a, const Json& b) {
    const auto spec = [](Json object) {
        object.erase("metadata");
        object.erase("status");
        return object;
    };
    return spec(a) == spec(b);
}

} // namespace

ApiServer::ApiServer(Timer& timer, ApiOptions options)
    : timer_(timer)
    , options_(options)
    , time_(timer.elapsed()) {
    for (const char* name : {"default", "kube-node-lease", "kube-public", "kube-system"}) {
        const Ref ref = {.api_version = "v1", .kind = "Namespace", .name = name};
        const Target target = {.ref = ref, .key = kube::key_of(ref), .kind = {}};
        (void)store(target, nullptr, skeleton(ref), Mode::real);
    }
}

void ApiServer::compact() {
    const std::lock_guard lock(mutex_);
    store_.compact();
}

std::int64_t ApiServer::revision() {
    const std::lock_guard lock(mutex_);
    return store_.revision();
}

Result<ApiKind> ApiServer::kind_of(const std::string& api_version, const std::string& kind) const {
    if (const std::optional<ApiKind> found = built_in_kind(api_version, kind)) {
        return *found;
    }
    for (const auto& [key, since] : served_since_) {
        const StoredObject definition = store_.find(key);
        const auto found =
            definition == nullptr ? std::nullopt : defined_kind(*definition, api_version, kind);
        if (found) {
            return *found;
        }
    }
    return std::unexpected(kube::unknown_kind(api_version, kind));
}

Result<ApiServer::Target> ApiServer::target_of(const Ref& ref) const {
    Target target = {
        .ref = ref, .key = kube::key_of(ref), .kind = TRY(kind_of(ref.api_version, ref.kind))
    };
    if (target.kind.is_namespaced && ref.namespace_name.empty()) {
        return std::unexpected(kube::names_no_namespace(ref));
    }
    if (!target.kind.is_namespaced) {
        target.key.namespace_name.clear();
    }
    return target;
}

Result<ApiServer::Target> ApiServer::target_to_write(const Json& object) const {
    const Target target = TRY(target_of(TRY(kube::ref_of(object))));
    TRY(check_shape(object, target.kind));
    if (!target.kind.is_namespaced) {
        return target;
    }
    const Ref home = {.api_version = "v1", .kind = "Namespace", .name = target.ref.namespace_name};
    const StoredObject found = store_.find(kube::key_of(home));
    if (found == nullptr) {
        return fail(
            ErrorCode::not_found,
            fmt::format("`{}`: namespaces \"{}\" not found", kube::display(target.ref), home.name)
        );
    }
    const bool is_leaving = kube::at_path(*found, "metadata.deletionTimestamp") != nullptr;
    if (is_leaving && store_.find(target.key) == nullptr) {
        return fail(
            ErrorCode::conflict,
            fmt::format(
                "`{}`: unable to create new content in namespace {} because it is being terminated",
                kube::display(target.ref),
                home.name
            )
        );
    }
    return target;
}

Result<StoredObject> ApiServer::existing(const Target& target) const {
    StoredObject found = store_.find(target.key);
    if (found == nullptr) {
        return not_found(target.ref);
    }
    return found;
}

FieldManager
ApiServer::manager(std::string name, ManagerOperation operation, std::string subresource) {
    return {
        .name = std::move(name),
        .operation = operation,
        .subresource = std::move(subresource),
        .time = now(),
    };
}

Result<Json> ApiServer::get(const Ref& ref) {
    const std::lock_guard lock(mutex_);
    settle();
    Json object = *TRY(existing(TRY(target_of(ref))));
    object.set("apiVersion", ref.api_version);
    return object;
}

Result<Json> ApiServer::create(const Json& object) {
    const std::lock_guard lock(mutex_);
    settle();
    const Target target = TRY(target_to_write(object));
    if (store_.find(target.key) != nullptr) {
        return fail(
            ErrorCode::conflict, fmt::format("`{}`: already exists", kube::display(target.ref))
        );
    }
    Json after = object;
    if (target.kind.has_status) {
        after.erase("status");
    }
    after = note_update(
        skeleton(target.ref),
        std::move(after),
        manager(std::string(default_manager), ManagerOperation::update, ""),
        target.kind.lists()
    );
    return store(target, nullptr, std::move(after), Mode::real);
}

Result<Json> ApiServer::replace(const Json& object) {
    const std::lock_guard lock(mutex_);
    settle();
    const Target target = TRY(target_to_write(object));
    const StoredObject before = TRY(existing(target));
    TRY(check_identity(target.ref, object, *before));
    Json after = object;
    if (target.kind.has_status) {
        const Json* status = before->find("status");
        after.erase("status");
        if (status != nullptr) {
            after.set("status", *status);
        }
    }
    after = note_update(
        *before,
        std::move(after),
        manager(std::string(default_manager), ManagerOperation::update, ""),
        target.kind.lists()
    );
    return store(target, before, std::move(after), Mode::real);
}

Result<Json> ApiServer::apply(const Json& object, const kube::ApplyOptions& options) {
    const std::lock_guard lock(mutex_);
    settle();
    const Target target = TRY(target_to_write(object));
    return options.subresource == "status" ? apply_status(target, object, options)
                                           : apply_main(target, object, options);
}

Result<Json>
ApiServer::apply_main(const Target& target, const Json& object, const kube::ApplyOptions& options) {
    const StoredObject before = store_.find(target.key);
    if (before != nullptr) {
        TRY(check_identity(target.ref, object, *before));
    }
    Json applied = object;
    if (target.kind.has_status) {
        applied.erase("status");
    }
    const Json live = before == nullptr ? skeleton(target.ref) : *before;
    Json after = TRY(apply_fields(
                         live,
                         {.applied = applied,
                          .manager = manager(options.field_manager, ManagerOperation::apply, ""),
                          .is_forced = options.ownership == kube::Ownership::take,
                          .lists = target.kind.lists()}
    )
                         .with(kube::display(target.ref)));
    return store(target, before, std::move(after), options.mode);
}

Result<Json> ApiServer::apply_status(
    const Target& target, const Json& object, const kube::ApplyOptions& options
) {
    const StoredObject before = TRY(existing(target));
    if (!target.kind.has_status) {
        return fail(
            ErrorCode::not_found,
            fmt::format("`{}`: the kind has no status subresource", kube::display(target.ref))
        );
    }
    Json applied = skeleton(target.ref);
    const Json* status = object.find("status");
    applied.set("status", status == nullptr ? Json::object({}) : *status);
    Json after =
        TRY(apply_fields(
                *before,
                {.applied = applied,
                 .manager = manager(options.field_manager, ManagerOperation::apply, "status"),
                 .is_forced = options.ownership == kube::Ownership::take,
                 .lists = target.kind.lists()}
        )
                .with(kube::display(target.ref)));
    return store(target, before, std::move(after), options.mode);
}

Json ApiServer::with_server_fields(const Target& target, const StoredObject& before, Json after) {
    Json metadata = *after.find("metadata");
    for (const char* field : kept_metadata) {
        metadata.erase(field);
        const Json* kept = before == nullptr ? nullptr : before->find("metadata")->find(field);
        if (kept != nullptr) {
            metadata.set(field, *kept);
        }
    }
    if (before == nullptr) {
        metadata.set("uid", fmt::format("00000000-0000-4000-8000-{:012x}", ++uids_));
        metadata.set("creationTimestamp", now());
    }
    if (!target.kind.is_namespaced) {
        metadata.erase("namespace");
    }
    const bool has_generation =
        after.find("spec") != nullptr &&
        std::ranges::find(without_generation, target.ref.kind) == without_generation.end();
    if (has_generation && (before == nullptr || !is_same_spec(*before, after))) {
        const std::int64_t last =
            before == nullptr ? 0 : kube::int_at(*before, "metadata.generation", 0);
        metadata.set("generation", last + 1);
    }
    after.set("metadata", std::move(metadata));
    if (target.key.kind == "Namespace" && after.find("status") == nullptr) {
        after.set("status", Json::object({{"phase", "Active"}}));
    }
    return after;
}

Result<Json>
ApiServer::store(const Target& target, const StoredObject& before, Json after, Mode mode) {
    after = with_server_fields(target, before, std::move(after));
    if (before != nullptr && is_same(*before, after)) {
        return *before;
    }
    if (mode == Mode::dry_run) {
        return after;
    }
    const Json* finalizers = kube::at_path(after, "metadata.finalizers");
    const bool is_held = finalizers != nullptr && finalizers->as_array() != nullptr &&
                         !finalizers->as_array()->empty();
    const bool was_held =
        before != nullptr && kube::at_path(*before, "metadata.finalizers") != nullptr;
    if (was_held && !is_held && kube::at_path(after, "metadata.deletionTimestamp") != nullptr) {
        // The last one who wanted to do something before it goes is done.
        erase(target.key);
        return after;
    }
    const StoredObject stored = store_.put(target.key, std::move(after));
    after_write(target.key, *stored);
    return *stored;
}

} // namespace ducksnest::sim
