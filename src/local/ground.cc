#include "local/ground.h"

#include "base/text.h"
#include "local/throw_away.h"

#include <fmt/format.h>

#include <optional>
#include <ranges>
#include <span>

namespace ducksnest::local {
namespace {

using namespace std::chrono_literals;

constexpr int first_network = 64;
constexpr int last_network = 95;
constexpr Duration stop_grace = 10s;

/// The last lines of a log, indented for an error message.
std::string last_lines(Files& files, const LocalProcess& process, std::size_t lines_max) {
    const auto log = files.read(fmt::format("logs/{}.{}.log", process.node, process.unit));
    if (!log || !*log) {
        return "";
    }
    std::vector<std::string_view> lines = split(as_text(**log), '\n');
    std::erase(lines, "");
    const std::size_t skipped = lines.size() - std::min(lines.size(), lines_max);
    std::string text;
    constexpr std::size_t width_max = 160;
    for (const std::string_view line : std::span(lines).subspan(skipped)) {
        text += fmt::format("\n    {}", line.substr(0, width_max));
    }
    return text;
}

/// Starts processes and stops all of them again unless told that everything went well.
class Starter {
public:
    Starter(const GroundRequest& request, const GroundDoors& doors, GroundState state)
        : request_(request)
        , doors_(doors)
        , state_(std::move(state)) {}
    Starter(const Starter&) = delete;
    Starter& operator=(const Starter&) = delete;
    ~Starter() {
        if (!keep_) {
            // Whatever went wrong is already being reported; a second error would only hide it.
            [[maybe_unused]] const auto stopped = stop_ground(doors_);
        }
    }

    Result<void> start(const LocalProcess& process) {
        const ProcessId id =
            TRY(doors_.processes.start(process.program)
                    .with(fmt::format("starting {} of `{}`", process.unit, process.node)));
        state_.processes.push_back(
            {.node = process.node,
             .unit = process.unit,
             .id = id,
             .log_file = process.program.log_file}
        );
        return save();
    }

    /// Waits until the process answers, or has ended, or patience has.
    Result<void> wait_for(const LocalProcess& process, Http& http) {
        const Duration deadline = doors_.timer.elapsed() + request_.patience;
        std::string last_answer = "no answer yet";
        while (true) {
            if (const std::optional<Ending> ending = doors_.processes.ending(id_of(process))) {
                return fail(
                    ErrorCode::unavailable,
                    fmt::format(
                        "{} of `{}` ended: {}{}",
                        process.unit,
                        process.node,
                        *ending,
                        last_lines(doors_.files, process, 12)
                    ),
                    "the whole log is " + process.program.log_file
                );
            }
            if (process.probe.empty()) {
                return {};
            }
            const Result<HttpResponse> answer =
                http.send({.url = process.probe, .deadline = 2s, .idle = 2s});
            if (answer && answer->is_success()) {
                return {};
            }
            last_answer =
                answer ? fmt::format("status {}", answer->status) : describe(answer.error());
            if (doors_.timer.elapsed() >= deadline) {
                return fail(
                    ErrorCode::timeout,
                    fmt::format(
                        "{} of `{}` did not become ready within {}: {}{}",
                        process.unit,
                        process.node,
                        format_duration(request_.patience),
                        last_answer,
                        last_lines(doors_.files, process, 12)
                    ),
                    "the whole log is " + process.program.log_file
                );
            }
            TRY(doors_.timer.pause(50ms, {}));
        }
    }

    GroundState keep() {
        keep_ = true;
        return std::move(state_);
    }

private:
    ProcessId id_of(const LocalProcess& process) const {
        for (const RunningProcess& running : state_.processes) {
            if (running.node == process.node && running.unit == process.unit) {
                return running.id;
            }
        }
        return {};
    }

    Result<void> save() {
        return doors_.files.write(
            std::string(state_path),
            {.bytes = to_bytes(to_json(state_).dump_pretty()), .is_private = false}
        );
    }

    const GroundRequest& request_;
    const GroundDoors& doors_;
    GroundState state_;
    bool keep_ = false;
};

/// The first network in which every port is free; the error names one that is taken everywhere.
Result<int> free_network(const GroundRequest& request, const GroundDoors& doors) {
    std::string taken;
    for (int network = first_network; network <= last_network; ++network) {
        const Mapping mapping(request.plan, request.folder, network);
        const Layout layout = make_layout(
            {.plan = request.plan,
             .mapping = mapping,
             .folder = request.folder,
             .programs = request.programs,
             .ducksnest = request.ducksnest}
        );
        taken.clear();
        for (const LocalProcess& process : layout.processes) {
            const std::string address = mapping.address_of(process.node);
            for (const int port : process.ports) {
                if (taken.empty() && !doors.is_port_free(address, port)) {
                    taken = fmt::format("port {} of {}", port, process.unit);
                }
            }
        }
        if (taken.empty()) {
            return network;
        }
    }
    return fail(
        ErrorCode::conflict,
        taken + " is taken on every loopback address",
        "stop the program that listens on it: `ss -ltnp` names it"
    );
}

Result<void> start_stages(Starter& starter, const Layout& layout, Http& http, Progress& progress) {
    progress.begin("starting the control plane", layout.processes.size());
    std::size_t done = 0;
    for (const Stage stage : {Stage::store, Stage::api, Stage::controllers, Stage::nodes}) {
        for (const LocalProcess& process : layout.processes) {
            if (process.stage == stage) {
                TRY(starter.start(process));
            }
        }
        for (const LocalProcess& process : layout.processes) {
            if (process.stage == stage) {
                progress.advance(done, fmt::format("{} of {}", process.unit, process.node));
                TRY(starter.wait_for(process, http));
                ++done;
            }
        }
    }
    progress.end(done == 1 ? "1 process started" : fmt::format("{} processes started", done));
    return {};
}

Result<void> refuse_second(const GroundDoors& doors) {
    const std::optional<GroundState> state = TRY(read_state(doors.files));
    if (!state) {
        return {};
    }
    for (const RunningProcess& process : state->processes) {
        if (!doors.processes.ending(process.id)) {
            return fail(
                ErrorCode::conflict,
                fmt::format(
                    "this homelab is up already: {} of `{}` is process {}",
                    process.unit,
                    process.node,
                    process.id.pid
                ),
                "take it down first: `ducksnest down`"
            );
        }
    }
    return {};
}

} // namespace

Result<std::optional<GroundState>> read_state(Files& files) {
    const std::optional<Bytes> bytes = TRY(files.read(std::string(state_path)));
    if (!bytes) {
        return std::nullopt;
    }
    const Json json = TRY(Json::parse(as_text(*bytes)).with("reading `ground.json`"));
    return TRY(parse_ground_state(json));
}

Result<int> stop_ground(const GroundDoors& doors) {
    const std::optional<GroundState> state = TRY(read_state(doors.files));
    if (!state) {
        return 0;
    }
    int stopped = 0;
    for (const RunningProcess& process : std::views::reverse(state->processes)) {
        if (!doors.processes.ending(process.id)) {
            TRY(doors.processes.stop(process.id, stop_grace));
            ++stopped;
        }
    }
    TRY(doors.files.remove(std::string(state_path)));
    return stopped;
}

Result<Ground> start_ground(const GroundRequest& request, const GroundDoors& doors) {
    TRY(refuse_second(doors));
    GroundState state{
        .network = TRY(free_network(request, doors)), .api_server = {}, .processes = {}
    };
    const Mapping mapping(request.plan, request.folder, state.network);
    Layout layout = make_layout(
        {.plan = request.plan,
         .mapping = mapping,
         .folder = request.folder,
         .programs = request.programs,
         .ducksnest = request.ducksnest,
         .outlives_us = request.outlives_us}
    );
    state.api_server = layout.api_server;
    TRY(doors.remove_folder(request.folder));
    Ground ground;
    ground.http = doors.open_http(TRY(add_throw_away_trust(request.plan, mapping, layout, doors)));
    ground.kubeconfig = request.folder + "/" + std::string(kubeconfig_path);
    ground.bootstrap_kubeconfig = layout.bootstrap_kubeconfig;
    for (const auto& [path, file] : layout.files) {
        TRY(doors.files.write(path, file));
    }
    Starter starter(request, doors, std::move(state));
    TRY(start_stages(starter, layout, *ground.http, doors.progress));
    ground.state = starter.keep();
    return ground;
}

} // namespace ducksnest::local
