#include "local/ground.h"

#include "local/runner.h"
#include "local/throw_away.h"
#include "pki/certs.h"

#include <fmt/format.h>

#include <optional>
#include <ranges>

namespace ducksnest::local {
namespace {

using namespace std::chrono_literals;

constexpr int first_network = 64;
constexpr int last_network = 95;

/// Stops everything again unless told that all went well.
class Safeguard {
public:
    explicit Safeguard(const GroundDoors& doors)
        : doors_(doors) {}
    Safeguard(const Safeguard&) = delete;
    Safeguard& operator=(const Safeguard&) = delete;
    ~Safeguard() {
        if (!is_well_) {
            // Whatever went wrong is already being reported; a second error would only hide it.
            [[maybe_unused]] const auto stopped = stop_ground(doors_);
        }
    }
    void all_is_well() { is_well_ = true; }

private:
    const GroundDoors& doors_;
    bool is_well_ = false;
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

Result<void> start_stages(Runner& runner, const Layout& layout, Http& http, Progress& progress) {
    progress.begin("starting the control plane", layout.processes.size());
    std::size_t done = 0;
    for (const Stage stage : {Stage::store, Stage::api, Stage::controllers, Stage::nodes}) {
        for (const LocalProcess& process : layout.processes) {
            if (process.stage == stage) {
                TRY(runner.start(process));
            }
        }
        for (const LocalProcess& process : layout.processes) {
            if (process.stage == stage) {
                progress.advance(done, fmt::format("{} of {}", process.unit, process.node));
                TRY(runner.wait_for(process, http));
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
    const ThrowAwayTrust trust = TRY(make_trust(request.plan, mapping, doors.random, layout.files));
    const Tree nothing;
    const pki::Outcome issued = TRY(pki::recreate(
        {.plan = trust.plan,
         .tree = nothing,
         .now = doors.clock.now(),
         .identities = trust.operators},
        {.random = doors.random, .parallel = doors.parallel}
    ));
    ground.http = doors.open_http(TRY(lay_out(issued.tree, trust, layout, doors.parallel)));
    ground.kubeconfig = request.folder + "/" + std::string(kubeconfig_path);
    ground.bootstrap_kubeconfig = layout.bootstrap_kubeconfig;
    for (const auto& [path, file] : layout.files) {
        TRY(doors.files.write(path, file));
    }
    Safeguard safeguard(doors);
    Runner runner(doors, std::move(state), request.patience);
    TRY(start_stages(runner, layout, *ground.http, doors.progress));
    safeguard.all_is_well();
    ground.state = runner.state();
    return ground;
}

} // namespace ducksnest::local
