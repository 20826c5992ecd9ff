#include "app/command_words.h"
#include "app/completions.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ducksnest::app {
namespace {

std::string flag_words(const std::vector<Flag>& flags) {
    std::vector<std::string> words;
    for (const Flag& flag : flags) {
        words.push_back("--" + flag.name);
        if (flag.letter != 0) {
            words.push_back(fmt::format("-{}", flag.letter));
        }
    }
    return join(words, " ");
}

/// "--seed|-s)" cases of a bash `case` over the word before the cursor.
std::string bash_values(const std::vector<Flag>& flags) {
    std::string cases;
    for (const Flag& flag : flags) {
        if (flag.value == Value::none) {
            continue;
        }
        const std::string letter = flag.letter == 0 ? "" : fmt::format("|-{}", flag.letter);
        std::string reply = "return";
        if (flag.value == Value::choice) {
            reply = fmt::format(
                "mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$word\"); return",
                join(flag.choices, " ")
            );
        } else if (flag.value == Value::folder) {
            reply = "mapfile -t COMPREPLY < <(compgen -d -- \"$word\"); return";
        } else if (flag.value == Value::file) {
            reply = "mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return";
        } else if (flag.value == Value::node) {
            reply =
                "mapfile -t COMPREPLY < <(compgen -W \"$(_ducksnest_nodes)\" -- \"$word\"); return";
        }
        cases += fmt::format("        --{}{}) {} ;;\n", flag.name, letter, reply);
    }
    return cases;
}

/// "-C | --directory | …": what makes the next word a value.
std::string flags_taking_values() {
    std::set<std::string> spelled;
    const auto add = [&](const std::vector<Flag>& flags) {
        for (const Flag& flag : flags) {
            if (flag.value != Value::none) {
                spelled.insert("--" + flag.name);
                if (flag.letter != 0) {
                    spelled.insert(fmt::format("-{}", flag.letter));
                }
            }
        }
    };
    add(global_flags());
    for (const Command& command : command_table()) {
        add(command.flags);
    }
    return fmt::format("{}", fmt::join(spelled, " | "));
}

std::string bash_words(const Command& command) {
    std::string words = flag_words(all_flags(command));
    for (const Positional& argument : command.arguments) {
        if (!argument.choices.empty()) {
            words += " " + join(argument.choices, " ");
        } else if (argument.value == Value::node) {
            words += " $(_ducksnest_nodes)";
        }
    }
    return words;
}

} // namespace

std::string bash_completions() {
    std::string commands;
    std::string values = bash_values(global_flags());
    for (const Command& command : command_table()) {
        commands +=
            fmt::format("        {}) words=\"{}\" ;;\n", quoted(command.path), bash_words(command));
    }
    for (const Group& group : command_groups()) {
        std::vector<std::string> words;
        for (const Command* command : members_of(group.name)) {
            words.push_back(last_word(*command));
        }
        commands +=
            fmt::format("        {}) words='{}' ;;\n", quoted(group.name), join(words, " "));
    }
    // A name that several commands use means the same in all of them.
    std::set<std::string> seen;
    for (const Command& command : command_table()) {
        for (const Flag& flag : command.flags) {
            values += seen.insert(flag.name).second ? bash_values({flag}) : "";
        }
    }
    std::vector<std::string> groups;
    for (const Group& group : command_groups()) {
        groups.push_back(group.name);
    }
    return fmt::format(
        R"(# bash completion for ducksnest
# Written from the command table by `ducksnest completions`.

_ducksnest_nodes() {{
    sed -n 's/^\[nodes\.\([^].]*\)\].*/\1/p' homelab.toml 2>/dev/null
}}

_ducksnest() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} path='' words i
    case "$before" in
{values}    esac
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "${{COMP_WORDS[i]}}" in
        {taking}) ((i++)) ;;
        -*) ;;
        *)
            if [[ -z $path ]]; then
                path=${{COMP_WORDS[i]}}
            elif [[ " {groups} " == *" $path "* ]]; then
                path+=" ${{COMP_WORDS[i]}}"
            fi
            ;;
        esac
    done
    case "$path" in
        '') words='{first} {globals}' ;;
{commands}    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}}
complete -o default -F _ducksnest ducksnest
)",
        fmt::arg("values", values),
        fmt::arg("taking", flags_taking_values()),
        fmt::arg("groups", join(groups, " ")),
        fmt::arg("first", join(first_words(), " ")),
        fmt::arg("globals", flag_words(global_flags())),
        fmt::arg("commands", commands)
    );
}

} // namespace ducksnest::app
