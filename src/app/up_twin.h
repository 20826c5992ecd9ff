#pragma once

#include "app/context.h"

namespace ducksnest::app {

/// `up --twin`: the homelab in a simulation, told on the way, with a table at the end.
Result<Exit> up_twin(Context& context);

} // namespace ducksnest::app
