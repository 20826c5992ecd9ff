#pragma once

#include "plan/context.h"
#include "plan/plan.h"
#include "plan/units/units.h"

namespace ducksnest::plan {

/// Everything that all nodes of a kind have in common.
Profile make_profile(const Context& context, const MachineKind& kind);

/// Gives a node its profile's units and files and those that are its own, in start order.
void equip(
    const Context& context, const Machine& machine, const Shared<Profile>& profile, NodePlan& node
);

} // namespace ducksnest::plan
