#pragma once

#include "base/result.h"
#include "base/time.h"

#include <string>
#include <vector>

namespace ducksnest {

/// Work that goes on when whoever asked for it is gone.
struct Job {
    std::string name{};               ///< Letters, digits and dashes.
    std::vector<std::string> words{}; ///< The program, absolute, and its arguments.
    Duration delay{};                 ///< Until it begins.
};

/// Starts programs that belong to no session: not to ours, nor to the SSH connection that we came
/// by. On NixOS they belong to systemd, which also keeps their delay.
class Launcher {
public:
    virtual ~Launcher() = default;
    /// Durable when it returns: the job begins even if we are killed next. Takes the place of a job
    /// of the same name, which is cancelled.
    virtual Result<void> launch(const Job& job) = 0;
    /// Ends it with all that it started, or keeps it from beginning. One that is not there is no
    /// error.
    virtual Result<void> cancel(const std::string& name) = 0;
};

} // namespace ducksnest
