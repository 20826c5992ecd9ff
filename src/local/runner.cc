#include "local/runner.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace ducksnest::local {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t log_lines_max = 12;
constexpr std::size_t log_width_max = 160;

/// The last lines of a log, indented for an error message.
std::string last_lines(Files& files, const LocalProcess& process) {
    const auto log = files.read(process.program.log_file);
    if (!log || !*log) {
        return "";
    }
    std::vector<std::string_view> lines = split(as_text(**log), '\n');
    std::erase(lines, "");
    const std::size_t skipped = lines.size() - std::min(lines.size(), log_lines_max);
    std::string text;
    for (const std::string_view line : std::span(lines).subspan(skipped)) {
        text += fmt::format("\n    {}", line.substr(0, log_width_max));
    }
    return text;
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
    return fail(
        code,
        fmt::format(
            "{} of `{}` {}{}", process.unit, process.node, what, last_lines(doors_.files, process)
        ),
        // Everything below the folder goes when the ground is taken down, the log too.
        fmt::format("these are its last lines; the whole log was {}", process.program.log_file)
    );
}

} // namespace ducksnest::local
