#pragma once

#include "plan/context.h"
#include "plan/plan.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::plan {

inline constexpr std::string_view zone_label = "topology.kubernetes.io/zone";
inline constexpr std::string_view region_label = "topology.kubernetes.io/region";
inline constexpr std::string_view control_plane_taint = "node-role.kubernetes.io/control-plane";
inline constexpr std::string_view small_memory_taint = "ducksnest/small-memory";

/// Every label the Node object ends up with. The zone is the site: without it Kubernetes sees one
/// zone and does not evict from a lost house.
std::map<std::string, std::string> labels_of(const Machine& machine);

/// Whether the kubelet may give itself this label (KEP-279 and NodeRestriction: of the names under
/// kubernetes.io only a few); bootstrap sets the rest.
bool kubelet_may_set(std::string_view label);

/// Whether a control plane of this size is kept for itself.
bool is_tainted_control_plane(model::Role role, MemoryClass memory_class);

/// A control plane that cannot spare memory and a machine that is too small keep pods away, unless
/// they say they stand it.
std::vector<Taint> taints_of(const Machine& machine);
/// The same without the reasons, for every machine of a role and size.
std::vector<Taint> taints_of(model::Role role, MemoryClass memory_class);

} // namespace ducksnest::plan
