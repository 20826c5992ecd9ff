#pragma once

#include "base/json.h"
#include "base/result.h"
#include "ports/kube.h"

#include <string>
#include <string_view>

namespace ducksnest::kube {

/// One object of an apply set: what we want it to be, and where that is written.
struct Object {
    Json body{};          ///< With apiVersion, kind and metadata.name.
    std::string origin{}; ///< "manifests/calico/node.yaml:12", for error messages; may be empty.
    std::string phase{};  ///< When to apply it, see `Phase`; empty: its kind decides.
};

/// Reads the identity out of an object; `invalid` names what is missing.
Result<Ref> ref_of(const Json& body);

/// "DaemonSet kube-system/calico-node", "ClusterRole calico-node".
std::string display(const Ref& ref);

/// "apps" of "apps/v1"; "" of "v1", the core group.
std::string_view group_of(std::string_view api_version);
std::string_view version_of(std::string_view api_version);

/// The member at a dotted path of keys ("metadata.labels"), or null. Keys with dots cannot be
/// named.
const Json* at_path(const Json& json, std::string_view dotted);
/// The string there, or "".
std::string text_at(const Json& json, std::string_view dotted);
/// The integer there, or `otherwise`.
std::int64_t int_at(const Json& json, std::string_view dotted, std::int64_t otherwise);

} // namespace ducksnest::kube
