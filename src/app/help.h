#pragma once

#include "app/command.h"
#include "app/terminal.h"

#include <string>

namespace ducksnest::app {

/// For `ducksnest` alone: what it is and where to begin.
std::string short_help();
/// For `ducksnest --help`: every command and global flag.
std::string overview(const Style& style);
/// For `ducksnest certs --help`.
std::string group_help(std::string_view group, const Style& style);
std::string command_help(const Command& command, const Style& style);
/// "ducksnest certs renew [--all] [NODE…]".
std::string usage_line(const Command& command);
/// "-n, --dry-run" or "    --seed N".
std::string flag_heading(const Flag& flag);
/// What stands beside a flag: its summary with choices and fallback.
std::string flag_summary(const Flag& flag);
std::string version_text(bool as_json);

} // namespace ducksnest::app
