#pragma once

#include "base/result.h"
#include "base/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ducksnest {

/// What to start. Nothing is inherited: the environment is exactly what stands here.
struct Program {
    std::string path{}; ///< Absolute.
    std::vector<std::string> arguments{};
    std::map<std::string, std::string> environment{};
    std::string folder{};   ///< Working directory; absolute.
    std::string log_file{}; ///< Takes standard output and error, appended; absolute.
    /// Whether it goes on when this process ends, however it ends.
    bool outlives_us = false;
};

/// A process that stays the same one even when its number is given out again: the number, and when
/// it started by the kernel's count (proc_pid_stat(5), field 22).
struct ProcessId {
    std::int64_t pid = 0;
    std::int64_t start_ticks = 0;

    auto operator<=>(const ProcessId&) const = default;
};

/// How a process ended, for people: "exit code 1", "signal 9 (Killed)".
using Ending = std::string;

/// Programs of this machine, started and stopped by number. Never signals a process it was not
/// given the whole ProcessId of.
class Processes {
public:
    virtual ~Processes() = default;
    /// Absolute path of an executable file of this name: in the first of these folders that has it.
    virtual std::optional<std::string>
    find(const std::string& name, const std::vector<std::string>& folders) = 0;
    /// Absolute path of the program that runs now.
    virtual std::string self() = 0;
    /// Errors: `not_found` (no such program), `denied`, `unavailable` (no room for a process).
    virtual Result<ProcessId> start(const Program& program) = 0;
    /// Nothing while it runs. For a process of an earlier run the ending is "gone".
    virtual std::optional<Ending> ending(const ProcessId& id) = 0;
    /// Asks it to end (SIGTERM), and after `grace` ends it (SIGKILL). Returns when it is gone; one
    /// that is gone already is no error.
    virtual Result<void> stop(const ProcessId& id, Duration grace) = 0;
};

} // namespace ducksnest
