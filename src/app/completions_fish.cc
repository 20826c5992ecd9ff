#include "app/command_words.h"
#include "app/completions.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::app {
namespace {

/// The condition under which fish offers something: the command's words stand on the line.
std::string fish_condition(const Command& command) {
    const auto words = split(command.path, ' ');
    std::string condition = fmt::format("__fish_seen_subcommand_from {}", words[0]);
    if (words.size() == 2) {
        condition += fmt::format("; and __fish_seen_subcommand_from {}", words[1]);
    }
    return condition;
}

std::string fish_value(Value value, const std::vector<std::string>& choices) {
    switch (value) {
    case Value::none:
        return "";
    case Value::choice:
        return fmt::format(" -x -a {}", quoted(join(choices, " ")));
    case Value::folder:
        return " -x -a '(__fish_complete_directories)'";
    case Value::file:
        return " -r -F";
    case Value::node:
        return " -x -a '(__ducksnest_nodes)'";
    case Value::text:
    case Value::integer:
    case Value::duration:
        return " -x";
    }
    return "";
}

std::string fish_flag(const Flag& flag, std::string_view condition) {
    std::string line = "complete -c ducksnest";
    if (!condition.empty()) {
        line += fmt::format(" -n {}", quoted(condition));
    }
    if (flag.letter != 0) {
        line += fmt::format(" -s {}", flag.letter);
    }
    line += fmt::format(" -l {} -d {}", flag.name, quoted(flag.summary));
    return line + fish_value(flag.value, flag.choices) + "\n";
}

} // namespace

std::string fish_completions() {
    std::string out =
        "# fish completion for ducksnest\n"
        "# Written from the command table by `ducksnest completions`.\n\n"
        "function __ducksnest_nodes\n"
        "    sed -n 's/^\\[nodes\\.\\([^].]*\\)\\].*/\\1/p' homelab.toml 2>/dev/null\n"
        "end\n\n"
        "complete -c ducksnest -f\n";
    for (const Flag& flag : global_flags()) {
        out += fish_flag(flag, "");
    }
    for (const std::string& word : first_words()) {
        out += fmt::format(
            "complete -c ducksnest -n __fish_use_subcommand -a {} -d {}\n",
            word,
            quoted(summary_of(word))
        );
    }
    for (const Group& group : command_groups()) {
        const std::string words = join(last_words(group.name), " ");
        for (const Command* command : members_of(group.name)) {
            out += fmt::format(
                "complete -c ducksnest -n {} -a {} -d {}\n",
                quoted(fmt::format(
                    "__fish_seen_subcommand_from {}; and not __fish_seen_subcommand_from {}",
                    group.name,
                    words
                )),
                last_word(*command),
                quoted(command->summary)
            );
        }
    }
    for (const Command& command : command_table()) {
        for (const Flag& flag : command.flags) {
            out += fish_flag(flag, fish_condition(command));
        }
        for (const Positional& argument : command.arguments) {
            const std::string value = fish_value(argument.value, argument.choices);
            if (argument.value != Value::text && argument.value != Value::integer) {
                out += fmt::format(
                    "complete -c ducksnest -n {}{}\n", quoted(fish_condition(command)), value
                );
            }
        }
    }
    return out;
}

} // namespace ducksnest::app
