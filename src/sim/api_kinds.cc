#include "sim/api_kinds.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ducksnest::sim {
namespace {

struct BuiltIn {
    std::string_view api_version{};
    std::string_view kind{};
    bool is_namespaced = true;
    bool has_status = false;
    std::string_view fields{};
};

constexpr bool in_space = true;
constexpr bool of_cluster = false;

constexpr std::array built_in = {
    BuiltIn{
        "admissionregistration.k8s.io/v1",
        "ValidatingAdmissionPolicy",
        of_cluster,
        true,
        "spec status"
    },
    BuiltIn{
        "admissionregistration.k8s.io/v1",
        "ValidatingAdmissionPolicyBinding",
        of_cluster,
        false,
        "spec"
    },
    BuiltIn{"apiextensions.k8s.io/v1", "CustomResourceDefinition", of_cluster, true, "spec status"},
    BuiltIn{"apiregistration.k8s.io/v1", "APIService", of_cluster, true, "spec status"},
    BuiltIn{"apps/v1", "DaemonSet", in_space, true, "spec status"},
    BuiltIn{"apps/v1", "Deployment", in_space, true, "spec status"},
    BuiltIn{"apps/v1", "ReplicaSet", in_space, true, "spec status"},
    BuiltIn{"apps/v1", "StatefulSet", in_space, true, "spec status"},
    BuiltIn{"batch/v1", "CronJob", in_space, true, "spec status"},
    BuiltIn{"batch/v1", "Job", in_space, true, "spec status"},
    BuiltIn{"coordination.k8s.io/v1", "Lease", in_space, false, "spec"},
    BuiltIn{"networking.k8s.io/v1", "Ingress", in_space, true, "spec status"},
    BuiltIn{"networking.k8s.io/v1", "NetworkPolicy", in_space, false, "spec"},
    BuiltIn{"policy/v1", "PodDisruptionBudget", in_space, true, "spec status"},
    BuiltIn{
        "rbac.authorization.k8s.io/v1", "ClusterRole", of_cluster, false, "aggregationRule rules"
    },
    BuiltIn{
        "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", of_cluster, false, "roleRef subjects"
    },
    BuiltIn{"rbac.authorization.k8s.io/v1", "Role", in_space, false, "rules"},
    BuiltIn{"rbac.authorization.k8s.io/v1", "RoleBinding", in_space, false, "roleRef subjects"},
    BuiltIn{
        "scheduling.k8s.io/v1",
        "PriorityClass",
        of_cluster,
        false,
        "description globalDefault preemptionPolicy value"
    },
    BuiltIn{
        "storage.k8s.io/v1",
        "StorageClass",
        of_cluster,
        false,
        "allowVolumeExpansion allowedTopologies mountOptions parameters provisioner "
        "reclaimPolicy volumeBindingMode"
    },
    BuiltIn{"v1", "ConfigMap", in_space, false, "binaryData data immutable"},
    BuiltIn{"v1", "LimitRange", in_space, false, "spec"},
    BuiltIn{"v1", "Namespace", of_cluster, true, "spec status"},
    BuiltIn{"v1", "Node", of_cluster, true, "spec status"},
    BuiltIn{"v1", "PersistentVolume", of_cluster, true, "spec status"},
    BuiltIn{"v1", "PersistentVolumeClaim", in_space, true, "spec status"},
    BuiltIn{"v1", "Pod", in_space, true, "spec status"},
    BuiltIn{"v1", "ResourceQuota", in_space, true, "spec status"},
    BuiltIn{"v1", "Secret", in_space, false, "data immutable stringData type"},
    BuiltIn{"v1", "Service", in_space, true, "spec status"},
    BuiltIn{
        "v1",
        "ServiceAccount",
        in_space,
        false,
        "automountServiceAccountToken imagePullSecrets secrets"
    },
};

bool is_named(std::string_view words, std::string_view word) {
    const std::vector<std::string_view> all = split(words, ' ');
    return std::ranges::find(all, word) != all.end();
}

std::unexpected<Error> refuse(const Json& object, std::string_view cause) {
    const Result<kube::Ref> ref = kube::ref_of(object);
    return fail(
        ErrorCode::invalid,
        fmt::format(
            "the API server refuses `{}`:\n  {}", ref ? kube::display(*ref) : "an object", cause
        )
    );
}

/// A DNS subdomain (RFC 1123), which nearly every name has to be; RBAC allows colons as well.
bool is_name(std::string_view name) {
    constexpr std::size_t length_max = 253;
    return !name.empty() && name.size() <= length_max && std::ranges::all_of(name, [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
               letter == '-' || letter == '.' || letter == ':';
    });
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) {
        text.remove_prefix(1);
    }
    while (text.ends_with(' ')) {
        text.remove_suffix(1);
    }
    return text;
}

/// Splits at commas that are not inside of parentheses.
std::vector<std::string_view> requirements_of(std::string_view selector) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t i = 0; i <= selector.size(); ++i) {
        const char letter = i == selector.size() ? ',' : selector[i];
        depth += letter == '(' ? 1 : letter == ')' ? -1 : 0;
        if (letter == ',' && (depth == 0 || i == selector.size())) {
            parts.push_back(trimmed(selector.substr(begin, i - begin)));
            begin = i + 1;
        }
    }
    std::erase(parts, "");
    return parts;
}

std::optional<std::string> label_of(const Json& object, std::string_view key) {
    const Json* labels = kube::at_path(object, "metadata.labels");
    const Json* value = labels == nullptr ? nullptr : labels->find(trimmed(key));
    return value == nullptr || value->as_string() == nullptr ? std::nullopt
                                                             : std::optional(*value->as_string());
}

Result<bool> meets_set(const Json& object, std::string_view requirement) {
    const std::size_t open = requirement.find('(');
    const std::vector<std::string_view> words = split(requirement.substr(0, open), ' ');
    if (open == std::string_view::npos || !requirement.ends_with(')') || words.size() < 2) {
        return fail(ErrorCode::invalid, fmt::format("`{}` is no label selector", requirement));
    }
    const std::optional<std::string> value = label_of(object, words[0]);
    const std::string_view inside = requirement.substr(open + 1, requirement.size() - open - 2);
    const bool is_in = std::ranges::any_of(split(inside, ','), [&](std::string_view item) {
        return value && trimmed(item) == *value;
    });
    return words[1] == "notin" ? !is_in : is_in;
}

Result<bool> meets(const Json& object, std::string_view requirement) {
    if (requirement.contains('(')) {
        return meets_set(object, requirement);
    }
    if (requirement.starts_with('!')) {
        return !label_of(object, requirement.substr(1));
    }
    const std::size_t equals = requirement.find('=');
    if (equals == std::string_view::npos) {
        return label_of(object, requirement).has_value();
    }
    const bool is_negated = equals > 0 && requirement[equals - 1] == '!';
    std::string_view wanted = requirement.substr(equals + 1);
    wanted = trimmed(wanted.starts_with('=') ? wanted.substr(1) : wanted);
    const auto value = label_of(object, requirement.substr(0, equals - (is_negated ? 1 : 0)));
    return is_negated ? value != wanted : value == wanted;
}

} // namespace

std::optional<ApiKind> built_in_kind(std::string_view api_version, std::string_view kind) {
    const auto at = std::ranges::find_if(built_in, [&](const BuiltIn& entry) {
        return entry.api_version == api_version && entry.kind == kind;
    });
    if (at == built_in.end()) {
        return std::nullopt;
    }
    return ApiKind{
        .is_namespaced = at->is_namespaced, .has_status = at->has_status, .fields = at->fields
    };
}

std::optional<ApiKind>
defined_kind(const Json& definition, std::string_view api_version, std::string_view kind) {
    const Json* versions = kube::at_path(definition, "spec.versions");
    if (kube::text_at(definition, "spec.group") != kube::group_of(api_version) ||
        kube::text_at(definition, "spec.names.kind") != kind || versions == nullptr ||
        versions->as_array() == nullptr) {
        return std::nullopt;
    }
    for (const Json& version : *versions->as_array()) {
        const Json* served = version.find("served");
        if (kube::text_at(version, "name") == kube::version_of(api_version) && served != nullptr &&
            *served == Json(true)) {
            return ApiKind{
                .is_namespaced = kube::text_at(definition, "spec.scope") == "Namespaced",
                .has_status = kube::at_path(version, "subresources.status") != nullptr,
                .is_custom = true,
            };
        }
    }
    return std::nullopt;
}

Result<void> check_shape(const Json& object, const ApiKind& kind) {
    for (const auto& [field, value] : *object.as_object()) {
        const bool is_common = field == "apiVersion" || field == "kind" || field == "metadata";
        if (!is_common && !kind.fields.empty() && !is_named(kind.fields, field)) {
            return refuse(object, fmt::format(".{}: field not declared in schema", field));
        }
    }
    const std::string name = kube::text_at(object, "metadata.name");
    if (!is_name(name)) {
        return refuse(
            object, fmt::format("metadata.name: Invalid value: {:?}: must be a DNS subdomain", name)
        );
    }
    const std::int64_t replicas = kube::int_at(object, "spec.replicas", 0);
    if (!kind.is_custom && replicas < 0) {
        return refuse(
            object,
            fmt::format(
                "spec.replicas: Invalid value: {}: must be greater than or equal to 0", replicas
            )
        );
    }
    return {};
}

Result<bool> matches_labels(const Json& object, std::string_view selector) {
    for (const std::string_view requirement : requirements_of(selector)) {
        if (!TRY(meets(object, requirement))) {
            return false;
        }
    }
    return true;
}

Result<bool> matches_fields(const Json& object, std::string_view selector) {
    static constexpr std::array<std::string_view, 4> known = {
        "metadata.name", "metadata.namespace", "spec.nodeName", "status.phase"
    };
    for (const std::string_view requirement : requirements_of(selector)) {
        const std::size_t equals = requirement.find('=');
        const bool is_negated =
            equals != std::string_view::npos && equals > 0 && requirement[equals - 1] == '!';
        const std::string_view field = requirement.substr(0, equals - (is_negated ? 1 : 0));
        if (equals == std::string_view::npos || std::ranges::find(known, field) == known.end()) {
            return fail(ErrorCode::invalid, fmt::format("field label not supported: {}", field));
        }
        std::string_view wanted = requirement.substr(equals + 1);
        wanted = wanted.starts_with('=') ? wanted.substr(1) : wanted;
        if ((kube::text_at(object, field) == wanted) == is_negated) {
            return false;
        }
    }
    return true;
}

bool matches_selector(const Json& object, const Json& selector) {
    const Json* labels = selector.find("matchLabels");
    if (labels != nullptr && labels->as_object() != nullptr) {
        for (const auto& [key, value] : *labels->as_object()) {
            if (value.as_string() == nullptr || label_of(object, key) != *value.as_string()) {
                return false;
            }
        }
    }
    const Json* expressions = selector.find("matchExpressions");
    if (expressions == nullptr || expressions->as_array() == nullptr) {
        return true;
    }
    return std::ranges::all_of(*expressions->as_array(), [&](const Json& expression) {
        const std::string word = kube::text_at(expression, "operator");
        const std::optional<std::string> value = label_of(object, kube::text_at(expression, "key"));
        const Json* values = expression.find("values");
        const bool is_in =
            value && values != nullptr && values->as_array() != nullptr &&
            std::ranges::find(*values->as_array(), Json(*value)) != values->as_array()->end();
        return word == "In"       ? is_in
               : word == "NotIn"  ? !is_in
               : word == "Exists" ? value.has_value()
                                  : !value.has_value();
    });
}

} // namespace ducksnest::sim
