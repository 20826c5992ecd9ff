#include "app/command_words.h"

#include <algorithm>

namespace ducksnest::app {

std::vector<std::string> first_words() {
    std::vector<std::string> words;
    for (const Command& command : command_table()) {
        words.push_back(command.path.substr(0, command.path.find(' ')));
    }
    words.erase(std::ranges::unique(words).begin(), words.end());
    return words;
}

std::vector<const Command*> members_of(std::string_view group) {
    std::vector<const Command*> members;
    for (const Command& command : command_table()) {
        if (command.path.starts_with(std::string(group) + " ")) {
            members.push_back(&command);
        }
    }
    return members;
}

std::string last_word(const Command& command) {
    return command.path.substr(command.path.rfind(' ') + 1);
}

std::vector<Flag> all_flags(const Command& command) {
    std::vector<Flag> flags = command.flags;
    flags.insert(flags.end(), global_flags().begin(), global_flags().end());
    return flags;
}

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

std::string shell_word(std::string_view text) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789/._-+,:@%";
    const bool is_plain = !text.empty() && text.find_first_not_of(plain) == std::string_view::npos;
    return is_plain ? std::string(text) : quoted(text);
}

std::string summary_of(std::string_view first_word) {
    if (const Command* command = find_command(first_word)) {
        return command->summary;
    }
    const auto group = std::ranges::find(command_groups(), first_word, &Group::name);
    return group == command_groups().end() ? "" : group->summary;
}

std::vector<std::string> last_words(std::string_view group) {
    std::vector<std::string> words;
    for (const Command* command : members_of(group)) {
        words.push_back(last_word(*command));
    }
    return words;
}

} // namespace ducksnest::app
