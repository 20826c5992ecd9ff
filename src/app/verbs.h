#pragma once

#include "app/command.h"

/// One function per verb, defined in verb_<name>.cc; command.cc lists them in the order of the
/// help.
namespace ducksnest::app {

Command completions_command();
Command help_command();
Command init_command();
Command plan_command();
Command render_command();
Command sim_command();
Command up_command();
Command version_command();

} // namespace ducksnest::app
