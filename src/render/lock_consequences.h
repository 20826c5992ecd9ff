#pragma once

#include "render/lock_diff.h"

namespace ducksnest::render {

/// What deploying the new lock does to machines, from what differs; see LockDiff::consequences.
std::map<std::string, std::vector<std::string>>
consequences_of(const std::vector<LockEdit>& edits, const Json& before, const Json& after);

} // namespace ducksnest::render
