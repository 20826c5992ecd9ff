#pragma once

#include "io/posix_commands.h"
#include "io/posix_processes.h"
#include "ports/launcher.h"

#include <memory>
#include <string>

namespace ducksnest::io {

/// Jobs as transient units of systemd (systemd-run(1)): `ducksnest-<name>.service`, and a timer of
/// the same name when there is a delay. They outlive us, our session and a new configuration:
/// switch-to-configuration leaves units alone that no configuration has written.
class SystemdLauncher final : public Launcher {
public:
    Result<void> launch(const Job& job) override;
    Result<void> cancel(const std::string& name) override;

private:
    PosixCommands commands_{};
};

/// Jobs as processes of their own, for machines without systemd. What they are is kept in a folder.
class DetachedLauncher final : public Launcher {
public:
    explicit DetachedLauncher(std::string folder)
        : folder_(std::move(folder)) {}
    Result<void> launch(const Job& job) override;
    Result<void> cancel(const std::string& name) override;

private:
    std::string folder_;
    PosixProcesses processes_{};
};

/// The one for this machine: sd_booted(3) says whether systemd runs it.
std::unique_ptr<Launcher> open_launcher(const std::string& folder);

} // namespace ducksnest::io
