#pragma once

#include "app/context.h"

#include <string>

/// Where ducksnest keeps things of its own outside the homelab's folder (XDG Base Directory
/// Specification 0.8): `not_found` when there is neither the variable nor a home folder.
namespace ducksnest::app {

/// What it can make again, for one homelab: below $XDG_STATE_HOME, or ~/.local/state.
Result<std::string> state_folder(Context& context, const std::string& homelab);

/// What it can download again: below $XDG_CACHE_HOME, or ~/.cache.
Result<std::string> cache_folder(Context& context);

/// A path as the user means it: `~/` is the home folder.
std::string expand_home(Context& context, const std::string& path);

} // namespace ducksnest::app
