#include "kube/phase.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace ducksnest::kube {
namespace {

constexpr std::array<std::string_view, phase_count> names = {
    "namespaces", "foundations", "definitions", "settings", "daemons", "dns", "workloads"
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
        return Phase::daemons;
    }
    const Json* labels = at_path(body, "metadata.labels");
    const Json* app = labels == nullptr ? nullptr : labels->find("k8s-app");
    if (app != nullptr && app->as_string() != nullptr && *app->as_string() == "kube-dns") {
        return Phase::dns;
    }
    return std::ranges::find(workload_kinds, ref.kind) == workload_kinds.end() ? Phase::foundations
                                                                               : Phase::workloads;
}

} // namespace

std::string_view to_string(Phase phase) {
    return names[static_cast<std::size_t>(phase)];
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
    const Json* annotations = at_path(object.body, "metadata.annotations");
    const Json* wish = annotations == nullptr ? nullptr : annotations->find("ducksnest.dev/phase");
    if (wish == nullptr) {
        return phase_of_kind(ref, object.body, groups);
    }
    const std::string name = wish->as_string() == nullptr ? wish->dump() : *wish->as_string();
    const auto at = std::ranges::find(names, name);
    if (at == names.end()) {
        const std::vector<std::string> all(names.begin(), names.end());
        return fail(
            ErrorCode::invalid,
            fmt::format("`{}` wants phase `{}`, which does not exist", display(ref), name),
            "`ducksnest.dev/phase` is one of " + join(all, ", ")
        );
    }
    return static_cast<Phase>(at - names.begin());
}

} // namespace ducksnest::kube
