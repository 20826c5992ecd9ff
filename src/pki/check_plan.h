#pragma once

#include "base/result.h"
#include "pki/spec.h"

namespace ducksnest::pki {

/// Refuses a plan that cannot be carried out exactly as it stands: a name that is no path or stands
/// twice, a server without names, a name that no certificate can carry, an owner without host key,
/// no operator, a lifetime that would be due for renewal at once, an edge between certificates that
/// do not exist. `invalid`, with the fix in its help.
Result<void> check_plan(const TrustPlan& plan);

} // namespace ducksnest::pki
