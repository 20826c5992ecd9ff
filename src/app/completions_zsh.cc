#include "app/command_words.h"
#include "app/completions.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::app {
namespace {

/// How zsh completes a value.
std::string zsh_action(Value value, const std::vector<std::string>& choices) {
    switch (value) {
    case Value::choice:
        return fmt::format("({})", join(choices, " "));
    case Value::folder:
        return "_files -/";
    case Value::file:
        return "_files";
    case Value::node:
        return "_ducksnest_nodes";
    case Value::none:
    case Value::text:
    case Value::integer:
    case Value::duration:
        return " ";
    }
    return " ";
}

/// Inside a zsh _arguments spec brackets and colons have a meaning.
std::string zsh_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    return out;
}

std::string zsh_flag(const Flag& flag) {
    const std::string repeat = flag.is_repeated ? "*" : "";
    const std::string value =
        flag.value == Value::none
            ? ""
            : fmt::format(
                  ":{}:{}", zsh_escaped(flag.metavar), zsh_action(flag.value, flag.choices)
              );
    const std::string says = fmt::format("[{}]{}", zsh_escaped(flag.summary), value);
    std::string line =
        fmt::format("    {}", quoted(fmt::format("{}--{}{}", repeat, flag.name, says)));
    if (flag.letter != 0) {
        line += " " + quoted(fmt::format("{}-{}{}", repeat, flag.letter, says));
    }
    return line;
}

std::string zsh_arguments(const Command& command) {
    std::vector<std::string> lines;
    for (const Flag& flag : all_flags(command)) {
        lines.push_back(zsh_flag(flag));
    }
    for (const Positional& argument : command.arguments) {
        lines.push_back(
            "    " + quoted(fmt::format(
                         "{}:{}:{}",
                         argument.is_repeated ? "*" : "",
                         argument.name,
                         zsh_action(argument.value, argument.choices)
                     ))
        );
    }
    return fmt::format("_arguments -S \\\n{}\n", join(lines, " \\\n"));
}

} // namespace

std::string zsh_completions() {
    std::string names;
    std::string cases;
    for (const std::string& word : first_words()) {
        const Command* command = find_command(word);
        names += fmt::format("    {}\n", quoted(word + ":" + zsh_escaped(summary_of(word))));
        if (command != nullptr) {
            cases += fmt::format("{})\n{};;\n", word, zsh_arguments(*command));
            continue;
        }
        std::string members;
        std::string member_cases;
        for (const Command* member : members_of(word)) {
            members += " " + quoted(last_word(*member) + ":" + zsh_escaped(member->summary));
            member_cases += fmt::format("{})\n{};;\n", last_word(*member), zsh_arguments(*member));
        }
        cases += fmt::format(
            "{}) if ((CURRENT == 2)); then\nlocal -a members=({} )\n_describe command "
            "members\nelse\n"
            "shift words\n((CURRENT--))\ncase $words[1] in\n{}esac\nfi ;;\n",
            word,
            members,
            member_cases
        );
    }
    return fmt::format(
        R"zsh(#compdef ducksnest
# Written from the command table by `ducksnest completions`.

_ducksnest_nodes() {{
    local -a nodes=(${{(f)"$(sed -n 's/^\[nodes\.\([^].]*\)\].*/\1/p' homelab.toml 2>/dev/null)"}})
    _describe node nodes
}}

local -a commands=(
{})
if ((CURRENT == 2)); then
    _describe command commands
    return
fi
shift words
((CURRENT--))
case $words[1] in
{}esac
)zsh",
        names,
        cases
    );
}

} // namespace ducksnest::app
