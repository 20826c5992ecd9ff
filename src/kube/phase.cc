#include "kube/phase.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace ducksnest::kube {
namespace {

constexpr std::array<std::string_view, phase_count> names = {
    "admin", "namespaces", "access", "definitions", "settings", "network", "dns", "services"
};

constexpr std::array<std::string_view, 6> workload_kinds = {
    "APIService", "CronJob", "Deployment", "Job", "Pod", "StatefulSet"
};

Phase phase_of_kind(const Ref& ref, const Json& body, const std::set<std::string>& groups) {
    if (ref.kind == "Namespace") {
        return Phase::namespaces;
    }
    if (ref.kind == "CustomResourceDefinition") {
        return Phase::definitions;
    }
    if (groups.contains(std::string(group_of(ref.api_version)))) {
        return Phase::settings;
    }
    if (ref.kind == "DaemonSet") {
        return Phase::network;
    }
    const Json* labels = at_path(body, "metadata.labels");
    const Json* app = labels == nullptr ? nullptr : labels->find("k8s-app");
    if (app != nullptr && app->as_string() != nullptr && *app->as_string() == "kube-dns") {
        return Phase::dns;
    }
    return std::ranges::find(workload_kinds, ref.kind) == workload_kinds.end() ? Phase::access
                                                                               : Phase::services;
}

} // namespace

std::string_view to_string(Phase phase) {
    return names[static_cast<std::size_t>(phase)];
}

std::optional<Phase> parse_phase(std::string_view name) {
    const auto at = std::ranges::find(names, name);
    return at == names.end() ? std::nullopt : std::optional(static_cast<Phase>(at - names.begin()));
}

std::set<std::string> custom_groups(std::span<const Object> objects) {
    std::set<std::string> groups;
    for (const Object& object : objects) {
        if (text_at(object.body, "kind") == "CustomResourceDefinition") {
            groups.insert(text_at(object.body, "spec.group"));
        }
    }
    return groups;
}

Result<Phase> phase_of(const Object& object, const std::set<std::string>& groups) {
    const Ref ref = TRY(ref_of(object.body).with(object.origin));
    if (const std::optional<Phase> named = parse_phase(object.phase)) {
        return *named;
    }
    const Json* annotations = at_path(object.body, "metadata.annotations");
    const Json* wish = annotations == nullptr ? nullptr : annotations->find("ducksnest.dev/phase");
    if (wish == nullptr) {
        return phase_of_kind(ref, object.body, groups);
    }
    const std::string name = wish->as_string() == nullptr ? wish->dump() : *wish->as_string();
    const std::optional<Phase> phase = parse_phase(name);
    if (!phase) {
        const std::vector<std::string> all(names.begin(), names.end());
        return fail(
            ErrorCode::invalid,
            fmt::format("`{}` wants phase `{}`, which does not exist", display(ref), name),
            "`ducksnest.dev/phase` is one of " + join(all, ", ")
        );
    }
    return *phase;
}

} // namespace ducksnest::kube
