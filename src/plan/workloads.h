#pragma once

#include "plan/context.h"
#include "plan/plan.h"

#include <vector>

namespace ducksnest::plan {

/// Every pod the homelab runs besides DaemonSets: apps, database members, and the cluster's own
/// services. Sorted by name.
std::vector<Workload>
plan_workloads(const Context& context, const std::vector<DatabaseMember>& members);

} // namespace ducksnest::plan
