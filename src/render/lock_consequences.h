#pragma once

#include "render/lock_diff.h"

namespace ducksnest::render {

/// Fills in what deploying the new lock does to machines, from `diff.edits`.
void add_consequences(LockDiff& diff, const Json& before, const Json& after);

} // namespace ducksnest::render
