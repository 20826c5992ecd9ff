#pragma once

#include "plan/plan.h"
#include "ports/files.h"

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace ducksnest::render {

/// GitHub's workflows and the action they share, below .github/. Nothing when the homelab is in no
/// repository on github.com; `plan.pipeline.why_none` says why. Without an AWS site there is nobody
/// to lend a role, so nothing is pushed or deployed.
Tree render_workflows(const plan::Plan& plan);

/// A template without the blocks whose condition does not hold. A block stands between the lines
/// `# @if NAME` and `# @end`, which go too; blocks may lie in one another.
std::string choose_blocks(std::string_view text, const std::set<std::string, std::less<>>& holds);

} // namespace ducksnest::render
