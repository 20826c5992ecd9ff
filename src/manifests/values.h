#pragma once

#include "manifests/placeholders.h"
#include "plan/plan.h"

#include <string_view>

namespace ducksnest::manifests {

/// What the placeholders of `manifests/` stand for in this homelab. Every service of kube-system
/// has `<name>_replicas`, `<name>_cpu` and `<name>_memory` from the plan's workloads, so that the
/// scheduler of the twin and the real one place the same pods.
Values values_of(const plan::Plan& plan);

/// Whether this homelab has the addon: `database`, `dr` and `fence` only where the plan has them.
bool has_addon(const plan::Plan& plan, std::string_view addon);

} // namespace ducksnest::manifests
