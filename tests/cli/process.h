#pragma once

#include <map>
#include <string>

namespace ducksnest::cli {

/// What a finished program said. On a terminal both streams arrive as `out`.
struct Outcome {
    std::string out{};
    std::string err{};
    int exit = 0; ///< 128 + signal when a signal ended it.
};

struct Setting {
    std::string folder{};
    std::map<std::string, std::string> environment{};
};

/// Runs a line of sh with `input` as its standard input. Throws std::runtime_error when the system
/// refuses.
Outcome run_piped(const std::string& command, const std::string& input, const Setting& setting);
/// The same on a pseudo-terminal of 100 columns, as if `input` were typed; its echo is off.
Outcome
run_on_terminal(const std::string& command, const std::string& input, const Setting& setting);

} // namespace ducksnest::cli
