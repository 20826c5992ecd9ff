#pragma once

#include "base/json.h"
#include "base/result.h"
#include "plan/plan.h"

namespace ducksnest::manifests {

/// As much of a plan as `make_objects` reads, from its homelab.lock.json: a machine of the homelab
/// has the lock, not homelab.toml. `invalid` names what is missing.
Result<plan::Plan> read_lock(const Json& lock);

} // namespace ducksnest::manifests
