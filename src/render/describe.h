#pragma once

#include "plan/plan.h"
#include "render/lock_diff.h"

#include <cstddef>
#include <string>

namespace ducksnest::render {

struct DescribeStyle {
    bool colour = false;
    std::size_t width = 80; ///< Columns; longer text is folded.
};

/// The whole plan for people: a table of the nodes, then each of them in some lines when there are
/// few, database, workloads and a last line that counts.
std::string describe(const plan::Plan& plan, const DescribeStyle& style);

/// Everything about one node: reasons, full argv, files.
std::string
describe_node(const plan::Plan& plan, const plan::NodePlan& node, const DescribeStyle& style);

/// What differs and what follows. Says so when nothing does.
std::string describe(const LockDiff& diff, const DescribeStyle& style);

} // namespace ducksnest::render
