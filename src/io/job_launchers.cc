#include "io/job_launchers.h"

#include "io/environment.h"
#include "io/os_error.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace ducksnest::io {
namespace {

using namespace std::chrono_literals;

/// How long systemd may take to say that it has taken a job.
constexpr Duration systemd_patience = 30s;

constexpr Duration grace = 2s;

std::string seconds_of(Duration duration) {
    return fmt::format("{}.{:03}", duration / 1s, duration % 1s / 1ms);
}

Result<void> expect_success(Result<CommandResult> result, std::string_view action) {
    const CommandResult said = TRY(std::move(result));
    if (!said.is_success()) {
        return fail(
            ErrorCode::unavailable,
            fmt::format("cannot {}: {}", action, said.err.substr(0, said.err.find('\n')))
        );
    }
    return {};
}

std::string path_variable() {
    return variable("PATH").value_or("/run/current-system/sw/bin:/usr/bin:/bin");
}

} // namespace

Result<void> SystemdLauncher::launch(const Job& job) {
    TRY(cancel(job.name));
    const std::string unit = "ducksnest-" + job.name;
    CommandLine line{
        .words =
            {"systemd-run",
             "--quiet",
             "--no-ask-password",
             "--collect",
             "--unit=" + unit,
             "--setenv=PATH=" + path_variable(),
             "--property=Restart=on-failure",
             "--property=RestartSec=5s",
             // Nobody else brings the node back: memory running out must not end it.
             "--property=OOMScoreAdjust=-1000"},
        .timeout = systemd_patience,
    };
    if (job.delay > Duration()) {
        line.words.push_back("--on-active=" + seconds_of(job.delay) + "s");
        line.words.emplace_back("--timer-property=AccuracySec=100ms");
    }
    line.words.emplace_back("--");
    line.words.insert(line.words.end(), job.words.begin(), job.words.end());
    return expect_success(commands_.run(line), fmt::format("start `{}` by systemd", unit));
}

Result<void> SystemdLauncher::cancel(const std::string& name) {
    const std::string unit = "ducksnest-" + name;
    // Units that are not loaded make it fail, which is what is wanted of them.
    const CommandResult ignored = TRY(commands_.run(
        {.words = {"systemctl", "stop", unit + ".timer", unit + ".service"},
         .timeout = systemd_patience}
    ));
    return {};
}

Result<void> DetachedLauncher::launch(const Job& job) {
    TRY(cancel(job.name));
    std::error_code failed;
    std::filesystem::create_directories(folder_, failed);
    if (failed) {
        return os_failure("create", folder_, failed.value());
    }
    const std::string path = folder_ + "/" + job.name;
    Program program{
        .path = "/bin/sh",
        .arguments = {"-c", "sleep \"$1\"; shift; exec \"$@\"", "sh", seconds_of(job.delay)},
        .environment = {{"PATH", path_variable()}},
        .folder = "/",
        .log_file = path + ".log",
        .outlives_us = true,
    };
    if (job.delay <= Duration()) {
        program.path = job.words.front();
        program.arguments.assign(job.words.begin() + 1, job.words.end());
    } else {
        program.arguments.insert(program.arguments.end(), job.words.begin(), job.words.end());
    }
    const ProcessId id = TRY(processes_.start(program));
    std::ofstream(path) << id.pid << " " << id.start_ticks << "\n";
    return {};
}

Result<void> DetachedLauncher::cancel(const std::string& name) {
    ProcessId id;
    std::ifstream file(folder_ + "/" + name);
    if (file >> id.pid >> id.start_ticks) {
        TRY(processes_.stop(id, grace));
    }
    std::error_code ignored;
    std::filesystem::remove(folder_ + "/" + name, ignored);
    return {};
}

std::unique_ptr<Launcher> open_launcher(const std::string& folder) {
    std::error_code ignored;
    if (std::filesystem::exists("/run/systemd/system", ignored)) {
        return std::make_unique<SystemdLauncher>();
    }
    return std::make_unique<DetachedLauncher>(folder);
}

} // namespace ducksnest::io
