#pragma once

#include "app/context.h"

#include <string>

namespace ducksnest::app {

/// Where ducksnest keeps what it can make again, for one homelab: below $XDG_STATE_HOME, or below
/// ~/.local/state when that is not set to an absolute path (XDG Base Directory Specification 0.8).
Result<std::string> state_folder(Context& context, const std::string& homelab);

/// Replaces the twin's artifacts as one set; the answer is the folder as people are shown it.
Result<std::string>
keep_artifacts(Context& context, const std::string& homelab, const Tree& artifacts);

} // namespace ducksnest::app
