#pragma once

#include "ports/processes.h"

#include <map>
#include <mutex>

namespace ducksnest::io {

/// Processes by fork(2) and execve(2), each in a session of its own so that a Ctrl-C at our
/// terminal does not reach it before we have decided what to stop first.
class PosixProcesses : public Processes {
public:
    std::optional<std::string>
    find(const std::string& name, const std::vector<std::string>& folders) override;
    std::string self() override;
    Result<ProcessId> start(const Program& program) override;
    std::optional<Ending> ending(const ProcessId& id) override;
    Result<void> stop(const ProcessId& id, Duration grace) override;

private:
    std::mutex mutex_{};
    std::map<ProcessId, Ending> endings_{}; ///< Of our own children, once reaped.
};

} // namespace ducksnest::io
