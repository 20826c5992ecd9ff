#pragma once

#include "app/exit.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The command table: one description of every command, from which come the parser, `--help`,
/// docs/cli.md, the man page and the shell completions.
namespace ducksnest::app {

class Context;

/// What a flag or an argument takes: checked by the parser, offered by the completions.
enum class Value : std::uint8_t {
    none, ///< A switch.
    text,
    integer,  ///< 0 and up.
    duration, ///< "90s", "10m", "1d12h".
    file,
    folder,
    node,   ///< The name of a node in homelab.toml.
    choice, ///< One of `choices`.
};

struct Flag {
    std::string name{}; ///< "seed", without dashes.
    char letter = 0;    ///< 'n' for -n; 0 for none.
    Value value = Value::none;
    std::string metavar{};  ///< "N"; shown in help, only for flags with a value.
    std::string summary{};  ///< Lower case, no full stop.
    std::string fallback{}; ///< The value when the flag is not given, as it would be written.
    bool is_repeated = false;
    std::vector<std::string> choices{};
};

/// A positional argument; optional ones follow required ones, a repeated one is last.
struct Positional {
    std::string name{}; ///< "DIR".
    Value value = Value::text;
    std::string summary{};
    bool is_required = false;
    bool is_repeated = false;
    std::vector<std::string> choices{};
};

struct Example {
    std::string command{};
    std::string says{};
};

struct Command {
    std::string path{};        ///< "certs renew": one or two words.
    std::string summary{};     ///< One line, lower case, no full stop.
    std::string description{}; ///< Paragraphs, separated by an empty line; wrapped when shown.
    std::vector<Flag> flags{};
    std::vector<Positional> arguments{};
    std::vector<Example> examples{};
    /// Does the work. Answers go to `context.out()`, everything else to stderr; a returned error is
    /// printed by the caller and ends with `exit_of`.
    Result<Exit> (*run)(Context&) = nullptr;
};

/// Words that are first words of several commands ("certs"), and what they are about.
struct Group {
    std::string name{};
    std::string summary{};
};

/// Every command, in the order of the help.
const std::vector<Command>& command_table();
const std::vector<Group>& command_groups();
/// Flags that every command takes, before or after its name.
const std::vector<Flag>& global_flags();

/// Null when there is none.
const Command* find_command(std::string_view path);

} // namespace ducksnest::app
