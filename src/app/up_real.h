#pragma once

#include "app/context.h"

#include <vector>

namespace ducksnest::app {

/// Brings the homelab up on its own machines and in its cloud: step after step, each only when
/// there is something to do. A run that ends early is gone on with by the next one.
Result<Exit> up_real(Context& context);

/// The flags of `up` that mean something on this ground only.
std::vector<Flag> up_real_flags();

} // namespace ducksnest::app
