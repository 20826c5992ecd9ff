#pragma once

#include "base/json.h"

#include <string>
#include <string_view>

namespace ducksnest::kube {

/// A digest over the fields of a live object that an applying manager owns, and their values as the
/// server stores them. It changes when somebody else changes, takes or removes one of those fields,
/// and with nothing else: defaults, the status and the fields of others do not matter. Empty when
/// the manager owns nothing.
///
/// Which fields those are stands in `metadata.managedFields` in the form FieldsV1 (meta/v1;
/// sigs.k8s.io/structured-merge-diff, fieldpath/serialize.go).
std::string owned_digest(const Json& live, std::string_view manager);

/// A digest over what we want an object to be.
std::string content_digest(const Json& body);

} // namespace ducksnest::kube
