#include "kube/object.h"
#include "sim/api_server.h"

#include <fmt/format.h>

#include <algorithm>

/// Removal and eviction, as the registry of kube-apiserver does them
/// (apiserver/pkg/registry/generic/registry/store.go; pkg/registry/core/pod/storage/eviction.go).
namespace ducksnest::sim {

using kube::Propagation;

namespace {

constexpr std::int64_t default_grace_seconds = 30;

Json::Array finalizers_of(const Json& object) {
    const Json* found = kube::at_path(object, "metadata.finalizers");
    return found == nullptr || found->as_array() == nullptr ? Json::Array() : *found->as_array();
}

/// The finalizers that a removal leaves behind: those of others, and one for the collector.
Json::Array finalizers_after(const Json& object, Propagation propagation) {
    Json::Array finalizers = finalizers_of(object);
    std::erase(finalizers, Json("orphan"));
    std::erase(finalizers, Json("foregroundDeletion"));
    if (propagation == Propagation::orphan) {
        finalizers.emplace_back("orphan");
    }
    if (propagation == Propagation::foreground) {
        finalizers.emplace_back("foregroundDeletion");
    }
    return finalizers;
}

/// How long a pod's kubelet has to stop it; one that was never bound has nobody to stop it.
std::int64_t grace_of(const Json& object, int asked) {
    const std::string phase = kube::text_at(object, "status.phase");
    const bool is_running = kube::text_at(object, "kind") == "Pod" &&
                            !kube::text_at(object, "spec.nodeName").empty() &&
                            phase != "Succeeded" && phase != "Failed";
    if (!is_running) {
        return 0;
    }
    return asked >= 0
               ? asked
               : kube::int_at(object, "spec.terminationGracePeriodSeconds", default_grace_seconds);
}

bool is_pod_ready(const Json& pod) {
    const Json* conditions = kube::at_path(pod, "status.conditions");
    return conditions != nullptr && conditions->as_array() != nullptr &&
           std::ranges::any_of(*conditions->as_array(), [](const Json& condition) {
               return kube::text_at(condition, "type") == "Ready" &&
                      kube::text_at(condition, "status") == "True";
           });
}

/// Whether no budget can be hurt by the loss of this pod.
bool is_beyond_budgets(const Json& pod) {
    const std::string phase = kube::text_at(pod, "status.phase");
    return phase != "Running" || kube::at_path(pod, "metadata.deletionTimestamp") != nullptr;
}

std::unexpected<Error> over_budget(const Json& pod, const std::string& why) {
    return fail(
        ErrorCode::conflict,
        fmt::format(
            "`Pod {}/{}`: Cannot evict pod as it would violate the pod's disruption budget. {}",
            kube::text_at(pod, "metadata.namespace"),
            kube::text_at(pod, "metadata.name"),
            why
        )
    );
}

} // namespace

Result<void> ApiServer::remove(const kube::Ref& ref, const kube::RemoveOptions& options) {
    const std::lock_guard lock(mutex_);
    settle();
    return remove_locked(TRY(target_of(ref)), options);
}

Result<void> ApiServer::remove_locked(const Target& target, const kube::RemoveOptions& options) {
    const StoredObject before = TRY(existing(target));
    const bool is_other =
        !options.uid.empty() && options.uid != kube::text_at(*before, "metadata.uid");
    const bool has_changed =
        !options.resource_version.empty() &&
        options.resource_version != kube::text_at(*before, "metadata.resourceVersion");
    if (is_other || has_changed) {
        return fail(
            ErrorCode::conflict,
            fmt::format(
                "`{}`: the {} in the precondition does not match",
                kube::display(target.ref),
                is_other ? "UID" : "ResourceVersion"
            )
        );
    }
    const std::int64_t grace = grace_of(*before, options.grace_seconds);
    const bool waits_for_us =
        target.ref.kind == "Namespace" || target.ref.kind == "CustomResourceDefinition";
    Json::Array finalizers = finalizers_after(*before, options.propagation);
    if (grace == 0 && finalizers.empty() && !waits_for_us) {
        erase(target.key);
        return {};
    }
    const bool was_going = kube::at_path(*before, "metadata.deletionTimestamp") != nullptr;
    const bool had_same = finalizers == finalizers_of(*before) &&
                          kube::int_at(*before, "metadata.deletionGracePeriodSeconds", 0) <= grace;
    if (was_going && had_same) {
        return {};
    }
    Json after = *before;
    if (!was_going) {
        after = with_metadata(
            std::move(after),
            "deletionTimestamp",
            format_time(options_.start + time_ + std::chrono::seconds(grace))
        );
    }
    after = with_metadata(std::move(after), "deletionGracePeriodSeconds", grace);
    if (!finalizers.empty()) {
        after = with_metadata(std::move(after), "finalizers", Json(std::move(finalizers)));
    }
    if (target.ref.kind == "Namespace") {
        after.set("status", Json::object({{"phase", "Terminating"}}));
    }
    put(target.key, std::move(after));
    return {};
}

void ApiServer::erase(const kube::ObjectKey& key) {
    const StoredObject before = store_.find(key);
    if (before == nullptr) {
        return;
    }
    store_.remove(key);
    served_since_.erase(key);
    if (options_.controllers == Controllers::run) {
        dues_.push_back(
            {.at = time_ + options_.controller_delay,
             .duty = Duty::collect,
             .key = key,
             .uid = kube::text_at(*before, "metadata.uid")}
        );
    }
}

Result<void> ApiServer::evict(const std::string& namespace_name, const std::string& pod) {
    const std::lock_guard lock(mutex_);
    settle();
    const Target target = TRY(target_of(
        {.api_version = "v1", .kind = "Pod", .namespace_name = namespace_name, .name = pod}
    ));
    const StoredObject found = TRY(existing(target));
    if (!is_beyond_budgets(*found)) {
        TRY(spend_budgets(*found));
    }
    return remove_locked(target, {});
}

/// Takes one disruption from the budget that guards a running pod, or says why there is none.
Result<void> ApiServer::spend_budgets(const Json& pod) {
    const std::string space = kube::text_at(pod, "metadata.namespace");
    const auto slice = store_.read(
        {.group = "policy",
         .kind = "PodDisruptionBudget",
         .namespace_name = space,
         .after = std::nullopt},
        store_.revision(),
        SIZE_MAX
    );
    std::vector<StoredObject> budgets;
    for (const StoredObject& budget : slice->objects) {
        const Json* selector = kube::at_path(*budget, "spec.selector");
        if (selector != nullptr && matches_selector(pod, *selector)) {
            budgets.push_back(budget);
        }
    }
    if (budgets.empty()) {
        return {};
    }
    if (budgets.size() > 1) {
        return fail(
            ErrorCode::unavailable,
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does "
            "not support."
        );
    }
    const Json& budget = *budgets.front();
    const std::string name = kube::text_at(budget, "metadata.name");
    const auto status = [&](std::string_view field) {
        return kube::int_at(budget, fmt::format("status.{}", field), 0);
    };
    const bool is_guarded_enough =
        status("currentHealthy") >= status("desiredHealthy") && status("desiredHealthy") > 0;
    if (!is_pod_ready(pod) && is_guarded_enough) {
        return {}; // It serves nobody, so nobody misses it (unhealthyPodEvictionPolicy).
    }
    if (status("observedGeneration") < kube::int_at(budget, "metadata.generation", 0)) {
        return over_budget(
            pod,
            fmt::format("The disruption budget {} is still being processed by the server.", name)
        );
    }
    if (status("disruptionsAllowed") <= 0) {
        return over_budget(
            pod,
            fmt::format(
                "The disruption budget {} needs {} healthy pods and has {} currently",
                name,
                status("desiredHealthy"),
                status("currentHealthy")
            )
        );
    }
    Json after = budget;
    Json state = *budget.find("status");
    state.set("disruptionsAllowed", status("disruptionsAllowed") - 1);
    after.set("status", std::move(state));
    put(kube::key_of(*kube::ref_of(budget)), std::move(after));
    return {};
}

} // namespace ducksnest::sim
