#include "kube/object.h"
#include "kube/readiness.h"
#include "sim/api_server.h"

#include <algorithm>
#include <limits>

/// What happens by itself: kube-apiserver serves and drops custom kinds; the namespace controller,
/// the garbage collector and the workload controllers do the rest when they run.
namespace ducksnest::sim {

using kube::ObjectKey;

namespace {

bool is_workload(const std::string& kind) {
    return kind == "DaemonSet" || kind == "Deployment" || kind == "Job" || kind == "StatefulSet";
}

bool is_leaving(const Json& object) {
    return kube::at_path(object, "metadata.deletionTimestamp") != nullptr;
}

bool is_owned_by(const Json& object, const std::string& uid) {
    const Json* owners = kube::at_path(object, "metadata.ownerReferences");
    return owners != nullptr && owners->as_array() != nullptr &&
           std::ranges::any_of(*owners->as_array(), [&](const Json& owner) {
               return kube::text_at(owner, "uid") == uid;
           });
}

Json without_owner(const Json& object, const std::string& uid) {
    Json::Array owners = *kube::at_path(object, "metadata.ownerReferences")->as_array();
    std::erase_if(owners, [&](const Json& owner) { return kube::text_at(owner, "uid") == uid; });
    return with_metadata(object, "ownerReferences", Json(std::move(owners)));
}

bool has_finalizer(const Json& object, std::string_view name) {
    const Json* found = kube::at_path(object, "metadata.finalizers");
    return found != nullptr && found->as_array() != nullptr &&
           std::ranges::find(*found->as_array(), Json(name)) != found->as_array()->end();
}

Json without_finalizer(const Json& object, std::string_view name) {
    Json::Array finalizers = *kube::at_path(object, "metadata.finalizers")->as_array();
    std::erase(finalizers, Json(name));
    return with_metadata(object, "finalizers", Json(std::move(finalizers)));
}

ObjectKey key_of(const Json& object) {
    return kube::key_of(*kube::ref_of(object));
}

} // namespace

void ApiServer::settle() {
    time_ = std::max(time_, timer_.elapsed());
    const Duration present = time_;
    while (true) {
        const auto next = std::ranges::min_element(dues_, {}, &Due::at);
        if (next == dues_.end() || next->at > present) {
            break;
        }
        const Due due = *next;
        dues_.erase(next);
        time_ = due.at;
        perform(due);
    }
    time_ = present;
}

void ApiServer::plan(Duration delay, Duty duty, const ObjectKey& key) {
    dues_.push_back({.at = time_ + delay, .duty = duty, .key = key, .uid = {}});
}

void ApiServer::put(const ObjectKey& key, Json object) {
    const StoredObject stored = store_.put(key, std::move(object));
    after_write(key, *stored);
}

void ApiServer::after_write(const ObjectKey& key, const Json& object) {
    const bool has_controllers = options_.controllers == Controllers::run;
    if (key.kind == "CustomResourceDefinition") {
        plan(options_.serve_delay, is_leaving(object) ? Duty::drop_kind : Duty::serve, key);
    } else if (key.kind == "Namespace" && is_leaving(object) && has_controllers) {
        plan(options_.controller_delay, Duty::empty_namespace, key);
    } else if (is_leaving(object) && has_controllers) {
        dues_.push_back(
            {.at = time_ + options_.controller_delay,
             .duty = Duty::collect,
             .key = key,
             .uid = kube::text_at(object, "metadata.uid")}
        );
    } else if (is_workload(key.kind) && has_controllers && !kube::readiness_of(object).is_ready()) {
        plan(options_.rollout_delay, Duty::roll_out, key);
    }
}

void ApiServer::perform(const Due& due) {
    switch (due.duty) {
    case Duty::serve:
        return serve(due.key);
    case Duty::drop_kind:
        return drop_kind(due.key);
    case Duty::empty_namespace:
        return empty_namespace(due.key);
    case Duty::collect:
        return collect(due);
    case Duty::roll_out:
        return roll_out(due.key);
    }
}

void ApiServer::serve(const ObjectKey& key) {
    const StoredObject definition = store_.find(key);
    if (definition == nullptr || is_leaving(*definition) || served_since_.contains(key)) {
        return;
    }
    const Json* names = kube::at_path(*definition, "spec.names");
    Json after = *definition;
    const auto condition = [&](const char* type) {
        return Json::object({{"type", type}, {"status", "True"}, {"lastTransitionTime", now()}});
    };
    after.set(
        "status",
        Json::object(
            {{"acceptedNames", names == nullptr ? Json::object({}) : *names},
             {"conditions", Json::array({condition("NamesAccepted"), condition("Established")})}}
        )
    );
    put(key, std::move(after));
    served_since_.emplace(key, store_.revision());
}

void ApiServer::drop_kind(const ObjectKey& key) {
    const StoredObject definition = store_.find(key);
    if (definition == nullptr || !is_leaving(*definition)) {
        return;
    }
    const std::string group = kube::text_at(*definition, "spec.group");
    const std::string kind = kube::text_at(*definition, "spec.names.kind");
    for (const StoredObject& object : store_.all()) {
        const ObjectKey other = key_of(*object);
        if (other.group == group && other.kind == kind) {
            erase(other);
        }
    }
    erase(key);
}

void ApiServer::empty_namespace(const ObjectKey& key) {
    const StoredObject home = store_.find(key);
    if (home == nullptr || !is_leaving(*home)) {
        return;
    }
    bool is_empty = true;
    for (const StoredObject& object : store_.all()) {
        const kube::Ref ref = *kube::ref_of(*object);
        if (ref.namespace_name == key.name) {
            const Result<ApiKind> kind = kind_of(ref.api_version, ref.kind);
            // What cannot go at once goes with a later look.
            (void)remove_locked(
                {.ref = ref, .key = kube::key_of(ref), .kind = kind.value_or(ApiKind())},
                {.grace_seconds = 0}
            );
            is_empty = is_empty && store_.find(kube::key_of(ref)) == nullptr;
        }
    }
    if (is_empty) {
        erase(key);
    } else {
        plan(options_.controller_delay, Duty::empty_namespace, key);
    }
}

/// The garbage collector looks at an object that is gone, or that waits for it to go.
void ApiServer::collect(const Due& due) {
    const StoredObject owner = store_.find(due.key);
    const bool is_there = owner != nullptr && kube::text_at(*owner, "metadata.uid") == due.uid;
    const bool orphans = is_there && has_finalizer(*owner, "orphan");
    const bool waits = is_there && has_finalizer(*owner, "foregroundDeletion");
    if (is_there && !orphans && !waits) {
        return;
    }
    bool has_dependents = false;
    for (const StoredObject& object : store_.all()) {
        if (!is_owned_by(*object, due.uid)) {
            continue;
        }
        const kube::Ref ref = *kube::ref_of(*object);
        if (orphans) {
            put(kube::key_of(ref), without_owner(*object, due.uid));
            continue;
        }
        (void
        )remove_locked({.ref = ref, .key = kube::key_of(ref), .kind = {}}, {.grace_seconds = 0});
        has_dependents = has_dependents || store_.find(kube::key_of(ref)) != nullptr;
    }
    if (waits && has_dependents) {
        dues_.push_back(
            {.at = time_ + options_.controller_delay,
             .duty = Duty::collect,
             .key = due.key,
             .uid = due.uid}
        );
    } else if (is_there) {
        Json after = without_finalizer(*owner, orphans ? "orphan" : "foregroundDeletion");
        const bool is_free = kube::at_path(after, "metadata.finalizers")->as_array()->empty();
        if (is_free) {
            erase(due.key);
        } else {
            put(due.key, std::move(after));
        }
    }
}

/// All pods of a workload are there and ready.
void ApiServer::roll_out(const ObjectKey& key) {
    const StoredObject object = store_.find(key);
    if (object == nullptr || is_leaving(*object)) {
        return;
    }
    const std::int64_t wanted = kube::int_at(*object, "spec.replicas", 1);
    const Json done = Json::array({Json::object({{"type", "Complete"}, {"status", "True"}})});
    Json after = *object;
    after.set(
        "status",
        Json::object(
            {{"observedGeneration", kube::int_at(*object, "metadata.generation", 0)},
             {"replicas", wanted},
             {"updatedReplicas", wanted},
             {"readyReplicas", wanted},
             {"availableReplicas", wanted},
             {"desiredNumberScheduled", 1},
             {"updatedNumberScheduled", 1},
             {"numberAvailable", 1},
             {"conditions", key.kind == "Job" ? done : Json::array({})}}
        )
    );
    if (after != *object) {
        put(key, std::move(after));
    }
}

} // namespace ducksnest::sim
