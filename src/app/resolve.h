#pragma once

#include "app/command.h"

#include <string>
#include <vector>

namespace ducksnest::app {

/// Which command the words name, and the words that are left for it.
struct Resolved {
    const Command* command = nullptr; ///< Null when none is named.
    std::string group{};              ///< Set when only a group's name stands there.
    std::vector<std::string> rest{};
};

/// Finds the command's one or two words among global flags. Fails for names that do not exist, with
/// the nearest one as help.
Result<Resolved> resolve(const std::vector<std::string>& words);

} // namespace ducksnest::app
