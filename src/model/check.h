#pragma once

#include "diag/diagnostic.h"
#include "model/homelab.h"

#include <vector>

namespace ducksnest::model {

/// What values of homelab.toml mean together: ranges, addresses, names, keys, money. Sorted by
/// place. Whether workloads fit is checked on the plan. The time it takes grows with n log n in the
/// number of nodes.
std::vector<diag::Diagnostic> check(const Homelab& homelab);

} // namespace ducksnest::model
