#pragma once

#include "base/json.h"
#include "base/result.h"
#include "kube/object.h"
#include "sim/api_fields.h"

#include <optional>
#include <string>
#include <string_view>

namespace ducksnest::sim {

/// What the server knows of a kind.
struct ApiKind {
    bool is_namespaced = false;
    bool has_status = false; ///< A subresource: only a write to it changes `status`.
    bool is_custom = false;
    /// Fields of an object besides apiVersion, kind and metadata, in words; empty allows any.
    std::string_view fields{};

    Lists lists() const { return is_custom ? Lists::atomic : Lists::built_in; }
};

/// The kinds that Kubernetes brings along, as far as a homelab uses them.
std::optional<ApiKind> built_in_kind(std::string_view api_version, std::string_view kind);

/// The kind as a CustomResourceDefinition defines it; nothing when it defines another.
std::optional<ApiKind>
defined_kind(const Json& definition, std::string_view api_version, std::string_view kind);

/// What the server would refuse about an object's shape: unknown fields, negative counts, names
/// that are none. `invalid` names object, field and cause.
Result<void> check_shape(const Json& object, const ApiKind& kind);

/// A label selector ("a=b,c!=d,e in (f,g),!h"); `invalid` when it is none.
Result<bool> matches_labels(const Json& object, std::string_view selector);
/// A field selector over metadata.name, metadata.namespace, spec.nodeName and status.phase.
Result<bool> matches_fields(const Json& object, std::string_view selector);
/// A LabelSelector of an object (`matchLabels`, `matchExpressions`) against another one's labels.
bool matches_selector(const Json& object, const Json& selector);

} // namespace ducksnest::sim
