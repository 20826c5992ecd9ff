#pragma once

#include "app/command.h"

#include <string>

/// What the shells, man(1) and the documentation know about the commands, written from the table.
namespace ducksnest::app {

std::string bash_completions();
std::string zsh_completions();
std::string fish_completions();

/// The manual page ducksnest(1), in man(7) macros.
std::string manual_page();
/// docs/cli.md.
std::string command_reference();

} // namespace ducksnest::app
