#pragma once

#include "diag/diagnostic.h"
#include "plan/context.h"
#include "plan/plan.h"

#include <vector>

namespace ducksnest::plan {

/// E0501: a replica that finds no node while everything runs. E0506: one that finds none after some
/// site is lost, though every replacement that [dr] allows is bought, each of the smallest offer:
/// the larger ones may be sold out. W0507: the same in a homelab that has no [dr] and so promised
/// nothing. When nothing at all would be left, there is nothing to ask for.
void check_capacity(
    const Context& context,
    const std::vector<Workload>& workloads,
    std::vector<diag::Diagnostic>& found
);

} // namespace ducksnest::plan
