#pragma once

#include "app/command.h"

#include <string>
#include <string_view>
#include <vector>

/// The command table as the completions need it.
namespace ducksnest::app {

/// First words of all commands, each once.
std::vector<std::string> first_words();
/// What a first word is about: a command's or a group's summary.
std::string summary_of(std::string_view first_word);
/// The commands of a group.
std::vector<const Command*> members_of(std::string_view group);
/// "renew" of "certs renew".
std::string last_word(const Command& command);
std::vector<std::string> last_words(std::string_view group);
/// Own flags first, then the global ones.
std::vector<Flag> all_flags(const Command& command);
/// Single quotes of a shell: nothing inside means anything, a quote ends and begins again.
std::string quoted(std::string_view text);
/// For people to copy: as it is when no character of it means anything to a shell, else quoted.
std::string shell_word(std::string_view text);

} // namespace ducksnest::app
