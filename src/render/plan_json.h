#pragma once

#include "plan/plan.h"
#include "render/lock_diff.h"

#include <string>
#include <string_view>

namespace ducksnest::render {

inline constexpr std::string_view plan_schema = "ducksnest.plan/1";

/// The plan for programs, with every node complete. `only` names one node, or is empty for all.
/// `diff` is null when no lock is committed. docs/schema/plan.schema.json describes it.
std::string
render_plan_json(const plan::Plan& plan, const LockDiff* diff, std::string_view only = {});

} // namespace ducksnest::render
