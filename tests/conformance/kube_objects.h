#pragma once

#include "kube/object.h"
#include "ports/kube.h"

#include <string>

/// Small objects for the checks of the Kube door, all in one namespace.
namespace ducksnest::testing {

inline constexpr const char* conformance_space = "conformance";

Json metadata_of(const std::string& name);
Json config_map(const std::string& name, const std::string& value);
kube::Ref config_map_ref(const std::string& name);
kube::ListQuery config_maps(const std::string& selector = {});
/// The object with these labels.
Json labelled(Json object, Json labels);
void make_namespace(kube::Kube& kube);
std::string version_of(const Json& object);

} // namespace ducksnest::testing
