#include "local/runner.h"

#include "local/log_excerpt.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::local {
namespace {

using namespace std::chrono_literals;

/// Empty when there is none, or it cannot be read: then there is nothing to show.
std::string log_of(Files& files, const LocalProcess& process) {
    const auto log = files.read(process.program.log_file);
    return log && *log ? std::string(as_text(**log)) : std::string();
}

bool is_of(const RunningProcess& running, const LocalProcess& process) {
    return running.node == process.node && running.unit == process.unit;
}

} // namespace

Result<void> Runner::start(const LocalProcess& process) {
    const ProcessId id =
        TRY(doors_.processes.start(process.program)
                .with(fmt::format("starting {} of `{}`", process.unit, process.node)));
    state_.processes.push_back(
        {.node = process.node, .unit = process.unit, .id = id, .log_file = process.program.log_file}
    );
    return save();
}

Result<void> Runner::wait_for(const LocalProcess& process, Http& http) {
    const auto running = std::ranges::find_if(state_.processes, [&](const RunningProcess& known) {
        return is_of(known, process);
    });
    if (running == state_.processes.end()) {
        return fail(ErrorCode::internal, fmt::format("{} was not started", process.unit));
    }
    const Duration deadline = doors_.timer.elapsed() + patience_;
    while (true) {
        if (const std::optional<Ending> ending = doors_.processes.ending(running->id)) {
            return failure(process, ErrorCode::unavailable, "ended: " + *ending);
        }
        if (process.probe.empty()) {
            return {};
        }
        const Result<HttpResponse> answer =
            http.send({.url = process.probe, .deadline = 2s, .idle = 2s});
        if (answer && answer->is_success()) {
            return {};
        }
        if (doors_.timer.elapsed() >= deadline) {
            return failure(
                process,
                ErrorCode::timeout,
                fmt::format(
                    "did not become ready within {}: {}",
                    format_duration(patience_),
                    answer ? fmt::format("status {}", answer->status) : describe(answer.error())
                )
            );
        }
        TRY(doors_.timer.pause(50ms, {}));
    }
}

Result<void> Runner::stop(const LocalProcess& process) {
    for (const RunningProcess& running : state_.processes) {
        if (is_of(running, process)) {
            TRY(doors_.processes.stop(running.id, stop_grace));
        }
    }
    std::erase_if(state_.processes, [&](const auto& running) { return is_of(running, process); });
    return save();
}

Result<void> Runner::save() {
    return doors_.files.write(
        std::string(state_path),
        {.bytes = to_bytes(to_json(state_).dump_pretty()), .is_private = false}
    );
}

std::unexpected<Error>
Runner::failure(const LocalProcess& process, ErrorCode code, std::string_view what) const {
    const std::string log = log_of(doors_.files, process);
    const std::string help = help_for(log);
    return fail(
        code,
        fmt::format("{} of `{}` {}{}", process.unit, process.node, what, last_lines(log)),
        help.empty() ? fmt::format("its whole log is {}", process.program.log_file) : help
    );
}

} // namespace ducksnest::local
