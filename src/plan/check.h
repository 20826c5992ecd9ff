#pragma once

#include "diag/diagnostic.h"
#include "model/homelab.h"

#include <vector>

namespace ducksnest::plan {

/// What no plan can make work: a network that AWS would refuse, and demands that no placement can
/// meet: a node without an address, a workload that fits nowhere,
/// also after any one site is lost, a database whose rpo or rto cannot be kept. Sorted by place.
/// For a model in which `model::check` found no error.
std::vector<diag::Diagnostic> check(const model::Homelab& homelab);

} // namespace ducksnest::plan
