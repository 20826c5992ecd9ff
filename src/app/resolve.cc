#include "app/resolve.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::app {
namespace {

bool names(const Flag& flag, std::string_view word) {
    if (word.starts_with("--")) {
        return word.substr(2, word.find('=') - 2) == flag.name;
    }
    return word.size() >= 2 && word[0] == '-' && word[1] == flag.letter;
}

/// Whether the next word is this flag's value: "-C DIR" but not "-CDIR" or "--color=never".
bool takes_next_word(const Flag& flag, std::string_view word) {
    if (flag.value == Value::none) {
        return false;
    }
    return word.starts_with("--") ? word.find('=') == std::string_view::npos : word.size() == 2;
}

bool is_group(std::string_view word) {
    return std::ranges::any_of(command_table(), [&](const Command& command) {
        return command.path.starts_with(std::string(word) + " ");
    });
}

/// The words that may stand after `prefix` ("" or "certs ").
std::vector<std::string> next_words(std::string_view prefix) {
    std::vector<std::string> words;
    for (const Command& command : command_table()) {
        if (command.path.starts_with(prefix)) {
            const std::string rest = command.path.substr(prefix.size());
            words.push_back(rest.substr(0, rest.find(' ')));
        }
    }
    words.erase(std::ranges::unique(words).begin(), words.end());
    return words;
}

std::unexpected<Error> unknown_command(std::string_view group, const std::string& word) {
    const std::string prefix = group.empty() ? "" : std::string(group) + " ";
    const std::vector<std::string> candidates = next_words(prefix);
    const auto near = closest(word, candidates);
    return fail(
        ErrorCode::invalid,
        fmt::format("no command is called `{}{}`", prefix, word),
        near            ? fmt::format("did you mean `ducksnest {}{}`?", prefix, *near)
        : group.empty() ? "`ducksnest help` lists the commands"
                        : fmt::format("one of `{}`", join(candidates, "`, `"))
    );
}

/// A flag of some command that stands before the command's name.
std::unexpected<Error> early_flag(const std::string& word) {
    std::vector<std::string> known;
    for (const Flag& flag : global_flags()) {
        known.push_back("--" + flag.name);
    }
    for (const Command& command : command_table()) {
        for (const Flag& flag : command.flags) {
            if (names(flag, word)) {
                return fail(
                    ErrorCode::invalid,
                    fmt::format("the flag `{}` stands before its command", word),
                    fmt::format("write `ducksnest {} {} …`", command.path, word)
                );
            }
        }
    }
    const std::string name = word.substr(0, word.find('='));
    const auto near = closest(name, known);
    return fail(
        ErrorCode::invalid,
        fmt::format("no flag is called `{}`", name),
        near ? fmt::format("did you mean `{}`?", *near) : "`ducksnest --help` lists the flags"
    );
}

} // namespace

Result<Resolved> resolve(const std::vector<std::string>& words) {
    Resolved resolved;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (resolved.command != nullptr || word == "--") {
            resolved.rest.insert(
                resolved.rest.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end()
            );
            break;
        }
        if (word.starts_with('-')) {
            const auto flag = std::ranges::find_if(global_flags(), [&](const Flag& candidate) {
                return names(candidate, word);
            });
            if (flag == global_flags().end()) {
                return early_flag(word);
            }
            resolved.rest.push_back(word);
            if (takes_next_word(*flag, word) && i + 1 < words.size()) {
                resolved.rest.push_back(words[++i]);
            }
            continue;
        }
        const std::string path =
            resolved.group.empty() ? word : fmt::format("{} {}", resolved.group, word);
        resolved.command = find_command(path);
        if (resolved.command == nullptr && resolved.group.empty() && is_group(word)) {
            resolved.group = word;
        } else if (resolved.command == nullptr) {
            return unknown_command(resolved.group, word);
        }
    }
    return resolved;
}

} // namespace ducksnest::app
