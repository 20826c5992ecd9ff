#pragma once

#include "ports/commands.h"

namespace ducksnest::deploy {

/// A program that has to succeed: else `unavailable` with what it said last.
Result<void> run(Commands& commands, const CommandLine& line);

} // namespace ducksnest::deploy
