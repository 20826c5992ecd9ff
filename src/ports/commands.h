#pragma once

#include "base/result.h"
#include "base/time.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace ducksnest {

/// A program to run to its end.
struct CommandLine {
    /// The program, absolute or a name in PATH, and its arguments. No shell reads them.
    std::vector<std::string> words{};
    std::map<std::string, std::string> environment{}; ///< On top of our own.
    std::string input{};                              ///< Its standard input.
    std::string folder{};                             ///< Where it runs; empty: where we do.
    Duration timeout{};                               ///< Until it is killed; 0 is none.
    /// When we end first it is asked to (SIGINT), and may finish what it has begun. Let it write to
    /// a file: nobody reads its pipes then.
    bool ends_gently = false;
};

/// What a program said and how it ended.
struct CommandResult {
    int exit = 0; ///< 128 + signal when a signal ended it.
    std::string out{};
    std::string err{};

    bool is_success() const { return exit == 0; }
};

/// Other programs, run to their end. Safe to call from several threads at once. A program does not
/// outlive us: it is killed when we end, however we end.
class Commands {
public:
    virtual ~Commands() = default;
    /// Any exit is a success here. Errors: `not_found` (no such program), `denied`, `timeout` (it
    /// was killed), `corrupt` (it said more than 64 MiB), `unavailable` (no room for a process).
    virtual Result<CommandResult> run(const CommandLine& line) = 0;
    /// Becomes that program: returns only when that fails. Only `words` count.
    virtual std::unexpected<Error> become(const CommandLine& line) = 0;
};

} // namespace ducksnest
