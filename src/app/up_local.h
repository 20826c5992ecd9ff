#pragma once

#include "app/context.h"

namespace ducksnest::app {

/// `up --local`: the plan's control plane as processes of this machine, its nodes hollow, and all
/// addons on it.
Result<Exit> up_local(Context& context);

} // namespace ducksnest::app
