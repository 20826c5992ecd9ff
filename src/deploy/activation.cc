#include "deploy/activation.h"

#include "deploy/node_paths.h"
#include "deploy/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ducksnest::deploy {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view lease_file = "lease.json";
constexpr std::string_view trial_file = "trial.json";

/// For reading and writing one of the files.
constexpr Duration lock_patience = 20s;

/// Fetching gigabytes over a slow line.
constexpr Duration fetch_patience = 2h;

std::string state_path(std::string_view name) {
    return fmt::format("{}/{}", state_folder, name);
}

Result<std::optional<Json>> read_json(Files& files, std::string_view name) {
    const auto text = TRY(files.read(state_path(name)));
    if (!text) {
        return std::nullopt;
    }
    return TRY(Json::parse(as_text(*text)).with(fmt::format("reading `{}`", state_path(name))));
}

Result<void> write_json(Files& files, std::string_view name, const Json& json) {
    const std::string text = json.dump_pretty();
    const ByteView bytes = as_bytes(text);
    return files.write(
        state_path(name), {.bytes = Bytes(bytes.begin(), bytes.end()), .is_private = true}
    );
}

} // namespace

Result<Observed> Activation::observe() {
    return Observed{
        .now = TRY(doors_.system.now()),
        .current = doors_.system.resolve(std::string(current_system)).value_or(""),
        .booted = doors_.system.resolve(std::string(booted_system)).value_or(""),
    };
}

Result<std::optional<Lease>> Activation::read_lease() {
    const auto json = TRY(read_json(doors_.files, lease_file));
    return json ? std::optional(TRY(parse_lease(*json))) : std::nullopt;
}

Result<Trial> Activation::read_trial() {
    const auto json = TRY(read_json(doors_.files, trial_file));
    return json ? parse_trial(*json) : Trial{};
}

Result<void> Activation::write(const Trial& trial) {
    return write_json(doors_.files, trial_file, to_json(trial));
}

Result<std::shared_ptr<void>> Activation::lock(const std::string& name, Duration patience) {
    const Duration end = doors_.timer.elapsed() + patience;
    while (true) {
        auto lock = doors_.files.lock(state_path(name));
        if (lock || lock.error().code != ErrorCode::conflict || doors_.timer.elapsed() >= end) {
            return lock;
        }
        TRY(doors_.timer.pause(50ms, {}));
    }
}

Result<Trial> Activation::change(const Trial& seen, const std::function<void(Trial&)>& edit) {
    const auto held = TRY(lock("files", lock_patience));
    Trial trial = TRY(read_trial());
    if (!(trial == seen)) {
        return fail(ErrorCode::aborted, "the trial has changed meanwhile");
    }
    edit(trial);
    TRY(write(trial));
    return trial;
}

Result<NodeReport> Activation::report(const std::string& wanted) {
    const auto held = TRY(lock("files", lock_patience));
    const Observed observed = TRY(observe());
    NodeReport report{
        .current = observed.current,
        .booted = observed.booted,
        .standard = doors_.system.resolve(std::string(system_profile)).value_or(""),
        .boot_id = observed.now.boot_id,
        .trial = TRY(read_trial()),
    };
    if (const auto lease = TRY(read_lease())) {
        report.rest = rest_of(*lease, observed.now);
        report.holder = report.rest > Duration() ? lease->holder : "";
    }
    if (!wanted.empty() && doors_.system.resolve(wanted)) {
        report.has_wanted = true;
        constexpr std::array<std::string_view, 3> parts = {"kernel", "initrd", "kernel-modules"};
        report.needs_restart = std::ranges::any_of(parts, [&](std::string_view part) {
            return doors_.system.resolve(fmt::format("{}/{}", wanted, part)) !=
                   doors_.system.resolve(fmt::format("{}/{}", booted_system, part));
        });
    }
    return report;
}

Result<void> Activation::take_lease(const LeaseRequest& request) {
    const auto held = TRY(lock("files", lock_patience));
    const Lease lease = TRY(take(TRY(read_lease()), request, TRY(doors_.system.now())));
    return write_json(doors_.files, lease_file, to_json(lease));
}

Result<void> Activation::drop_lease(const std::string& token) {
    const auto held = TRY(lock("files", lock_patience));
    const std::optional<Lease> lease = TRY(read_lease());
    if (lease && lease->token == token) {
        TRY(doors_.files.remove(state_path(lease_file)));
    }
    return {};
}

Result<void> Activation::fetch(const std::string& system, const std::string& token) {
    TRY(check_held(TRY(read_lease()), token, TRY(doors_.system.now())));
    return run(doors_.commands,
               {.words =
                    {"nix-store", "--realise", system, "--add-root", std::string(fetched_root)},
                .timeout = fetch_patience})
        .or_help("push it to the cache that the node asks, signed by a key that it trusts");
}

Result<void> Activation::check_system(const TrialRequest& request) {
    if (!request.system.starts_with("/nix/store/") ||
        doors_.system.resolve(request.system) != request.system ||
        !doors_.system.resolve(request.system + "/bin/switch-to-configuration")) {
        return fail(
            ErrorCode::invalid,
            fmt::format("`{}` is no NixOS system in this node's store", request.system),
            "fetch it first: `ducksnest activate fetch`"
        );
    }
    if (request.way == Way::restart &&
        !doors_.system.resolve(fmt::format("{}/{}", request.system, resume_unit))) {
        return fail(
            ErrorCode::invalid,
            fmt::format("`{}` would not look after itself when it has booted", request.system),
            "its NixOS configuration needs the module of ducksnest"
        );
    }
    const auto name = doors_.system.resolve(request.system + "/etc/hostname");
    if (request.host_name.empty() || !name) {
        return {};
    }
    const auto text = TRY(doors_.files.read(*name));
    const std::string found = text ? last_lines(as_text(*text), 256) : "";
    if (found != request.host_name) {
        return fail(
            ErrorCode::invalid,
            fmt::format(
                "`{}` is the system of `{}`, not of `{}`", request.system, found, request.host_name
            ),
            "it would take another machine's name and keys; name each node's own system"
        );
    }
    return {};
}

Result<void> Activation::launch(const std::string& job, Duration delay) {
    return doors_.launcher.launch(
        {.name = job, .words = {program_, "activate", "work", job}, .delay = delay}
    );
}

/// Twice: the way back of an earlier trial stands until the new one's does, and should the first
/// job be killed at its work, the second takes it up.
Result<void> Activation::arm(const Trial& trial) {
    const BootMoment now = TRY(doors_.system.now());
    const Duration delay = std::max(trial.deadline.since_boot - now.since_boot, Duration(1));
    TRY(arm_again(delay + trial.patience));
    return launch("deadline", delay);
}

Result<void> Activation::arm_again(Duration delay) {
    return doors_.launcher.launch(
        {.name = "deadline-again",
         .words = {program_, "activate", "work", "deadline"},
         .delay = delay}
    );
}

Result<void> Activation::begin(const TrialRequest& request) {
    const auto held = TRY(lock("files", lock_patience));
    const BootMoment now = TRY(doors_.system.now());
    TRY(check_held(TRY(read_lease()), request.token, now));
    TRY(check_system(request));
    const Trial before = TRY(read_trial());
    if (before.phase == Phase::confirming || before.phase == Phase::reverting) {
        return fail(
            ErrorCode::aborted,
            fmt::format("the node is still {} an earlier system", to_string(before.phase)),
            "run `ducksnest deploy` again in a minute"
        );
    }
    Trial trial{
        .phase = Phase::arming,
        .system = request.system,
        .previous = doors_.system.resolve(std::string(system_profile)).value_or(""),
        .token = request.token,
        .way = request.way,
        .patience = request.patience,
        .deadline = {.boot_id = now.boot_id, .since_boot = now.since_boot + request.patience},
    };
    if (!doors_.system.resolve(trial.previous + "/bin/switch-to-configuration")) {
        return fail(
            ErrorCode::unsupported,
            fmt::format("`{}` is no NixOS system to return to", system_profile),
            "install NixOS on the node first"
        );
    }
    TRY(write(trial));
    TRY(arm(trial).with("arming the way back"));
    trial.phase = Phase::armed;
    TRY(write(trial));
    TRY(doors_.launcher.cancel("revert"));
    return launch("switch");
}

Result<void> Activation::confirm(const std::string& token) {
    {
        const auto held = TRY(lock("files", lock_patience));
        TRY(check_held(TRY(read_lease()), token, TRY(doors_.system.now())));
        Trial trial = TRY(read_trial());
        if (trial.token != token ||
            (trial.phase != Phase::trying && trial.phase != Phase::confirming &&
             trial.phase != Phase::confirmed)) {
            return fail(
                ErrorCode::aborted,
                fmt::format(
                    "there is nothing to confirm: the trial is `{}`", to_string(trial.phase)
                )
            );
        }
        if (trial.phase == Phase::trying) {
            if (TRY(observe()).current != trial.system) {
                return fail(ErrorCode::aborted, "the node does not run the new system");
            }
            trial.phase = Phase::confirming;
            TRY(write(trial));
            // Once: a second call waits for the first one's job. Should we be killed right here,
            // the deadline's job makes it the default.
            TRY(launch("confirm"));
        }
    }
    constexpr Duration confirm_patience = 5min;
    const Duration end = doors_.timer.elapsed() + confirm_patience;
    while (doors_.timer.elapsed() < end) {
        const Trial trial = TRY(read_trial());
        if (trial.phase == Phase::confirmed) {
            return {};
        }
        if (trial.phase != Phase::confirming) {
            return fail(ErrorCode::aborted, trial.reason);
        }
        TRY(doors_.timer.pause(50ms, {}));
    }
    return fail(ErrorCode::timeout, "the new system was confirmed, but is not the default yet");
}

Result<void> Activation::revert(const std::string& token, const std::string& reason) {
    const auto held = TRY(lock("files", lock_patience));
    Trial trial = TRY(read_trial());
    if (trial.token != token || !is_under_way(trial.phase)) {
        return {};
    }
    if (trial.phase == Phase::confirming) {
        return fail(ErrorCode::aborted, "the new system was confirmed");
    }
    trial.reason = reason;
    TRY(write(trial));
    return launch("revert");
}

} // namespace ducksnest::deploy
