#include "deploy/activation.h"
#include "deploy/node_paths.h"
#include "deploy/run.h"

#include <fmt/format.h>

#include <algorithm>

/// What a node's jobs do: they go on without whoever asked for them.
namespace ducksnest::deploy {
namespace {

using namespace std::chrono_literals;

/// A job that hangs is ended by the deadline; this is for the deadline itself.
constexpr Duration switch_patience = 15min;

constexpr Duration work_patience = 1min;

/// How long after a boot an unfinished trial is looked at once more.
constexpr Duration resume_patience = 2min;

constexpr std::size_t said_max = 2000;

/// How often going back is tried before the node restarts into the previous system.
constexpr int tries = 3;

} // namespace

Result<CommandResult> Activation::switch_to(const std::string& system, const std::string& action) {
    return doors_.commands.run(
        {.words = {system + "/bin/switch-to-configuration", action}, .timeout = switch_patience}
    );
}

Result<void> Activation::work_switch() {
    const auto held = TRY(lock("work", work_patience));
    const Trial armed = TRY(read_trial());
    if (armed.phase != Phase::armed) {
        return {};
    }
    if (armed.way == Way::restart) {
        return restart_into(armed);
    }
    const Trial trial = TRY(change(armed, [](Trial& now) { now.phase = Phase::switching; }));
    const Result<CommandResult> result = switch_to(trial.system, "test");
    TRY(change(trial, [&](Trial& now) {
        now.phase = Phase::trying;
        now.switch_exit = result ? result->exit : -1;
        now.said =
            result ? last_lines(result->err + result->out, said_max) : describe(result.error());
    }));
    return {};
}

Result<void> Activation::restart_into(const Trial& armed) {
    const Trial trial = TRY(change(armed, [](Trial& now) { now.phase = Phase::restarting; }));
    const Result<void> ready = boot_once(boot_doors(), trial.system, trial.previous);
    if (!ready) {
        return record(trial, describe(ready.error()));
    }
    return run(doors_.commands, {.words = {"systemctl", "reboot"}, .timeout = work_patience});
}

Result<void> Activation::work_deadline() {
    while (true) {
        const Trial trial = TRY(read_trial());
        const Observed observed = TRY(observe());
        const Duty duty = duty_of(trial, observed);
        if (duty == Duty::nothing) {
            return {};
        }
        if (duty != Duty::wait) {
            break;
        }
        const Duration rest = trial.deadline.since_boot - observed.now.since_boot;
        TRY(doors_.timer.pause(std::clamp(rest, Duration(10), Duration(1'000)), {}));
    }
    // A switch that hangs must not keep the node from going back.
    TRY(doors_.launcher.cancel("switch"));
    const auto held = TRY(lock("work", switch_patience));
    const Trial trial = TRY(read_trial());
    const Observed observed = TRY(observe());
    switch (duty_of(trial, observed)) {
    case Duty::finish:
        return finish(trial);
    case Duty::go_back:
        return go_back(trial, reason_of_end(trial, observed));
    case Duty::record:
        return record(trial, reason_of_end(trial, observed));
    case Duty::nothing:
    case Duty::wait:
    case Duty::resume:
        return {};
    }
    return {};
}

Result<void> Activation::work_confirm() {
    const auto held = TRY(lock("work", work_patience));
    const Trial trial = TRY(read_trial());
    return trial.phase == Phase::confirming ? finish(trial) : Result<void>();
}

Result<void> Activation::work_revert() {
    TRY(doors_.launcher.cancel("switch"));
    const auto held = TRY(lock("work", switch_patience));
    const Trial trial = TRY(read_trial());
    if (!is_under_way(trial.phase) || trial.phase == Phase::confirming) {
        return {};
    }
    return go_back(trial, trial.reason);
}

Result<void> Activation::record(const Trial& trial, const std::string& reason) {
    // Whatever is left in the boot loader must not start the system that was given up.
    if (trial.way == Way::restart) {
        TRY(forget_boot_once(boot_doors()));
    }
    TRY(change(trial, [&](Trial& now) {
        now.phase = Phase::reverted;
        now.reason = now.reason.empty() ? reason : now.reason;
    }));
    return {};
}

Result<void> Activation::go_back(Trial trial, const std::string& reason) {
    trial = TRY(change(trial, [&](Trial& now) {
        now.phase = Phase::reverting;
        now.reason = now.reason.empty() ? reason : now.reason;
    }));
    const CommandLine reboot{.words = {"systemctl", "reboot"}, .timeout = work_patience};
    if (trial.way == Way::restart && TRY(observe()).current != trial.previous) {
        TRY(forget_boot_once(boot_doors()));
        return run(doors_.commands, reboot);
    }
    for (int i = 0; i < tries; ++i) {
        const Result<CommandResult> result = switch_to(trial.previous, "test");
        const bool is_back = TRY(observe()).current == trial.previous;
        if (result && is_back && (result->is_success() || i + 1 == tries)) {
            return record(trial, reason);
        }
        TRY(doors_.timer.pause(500ms, {}));
    }
    // The boot loader starts the previous system, for that is still the default.
    return run(doors_.commands, reboot);
}

Result<void> Activation::finish(Trial trial) {
    if (trial.way == Way::restart) {
        TRY(forget_boot_once(boot_doors()));
    }
    const auto set_profile = [&](const std::string& system) {
        return run(
            doors_.commands,
            {.words = {"nix-env", "--profile", std::string(system_profile), "--set", system},
             .timeout = work_patience}
        );
    };
    // After a power cut the previous system runs; a confirmed one comes back whole.
    const bool runs = TRY(observe()).current == trial.system;
    Result<void> made = set_profile(trial.system);
    if (made) {
        made =
            run(doors_.commands,
                {.words = {trial.system + "/bin/switch-to-configuration", runs ? "boot" : "switch"},
                 .timeout = switch_patience});
    }
    if (!made) {
        TRY(set_profile(trial.previous));
        return go_back(trial, "it could not be made the default: " + made.error().message);
    }
    TRY(change(trial, [](Trial& now) { now.phase = Phase::confirmed; }));
    return {};
}

Result<void> Activation::resume() {
    const auto held = TRY(lock("work", work_patience));
    Trial trial = TRY(read_trial());
    const Observed observed = TRY(observe());
    const Duty duty = duty_of(trial, observed);
    if (duty != Duty::nothing) {
        // Should we be killed, that job takes it up.
        TRY(arm_again(resume_patience));
    }
    switch (duty) {
    case Duty::nothing:
        return {};
    case Duty::wait:
        return arm(trial);
    case Duty::finish:
        return finish(trial);
    case Duty::record:
        return record(trial, reason_of_end(trial, observed));
    case Duty::go_back:
        return go_back(trial, reason_of_end(trial, observed));
    case Duty::resume:
        break;
    }
    trial = TRY(change(trial, [&](Trial& now) {
        now.phase = Phase::trying;
        now.switch_exit = 0;
        now.deadline = {
            .boot_id = observed.now.boot_id, .since_boot = observed.now.since_boot + now.patience
        };
    }));
    return arm(trial);
}

} // namespace ducksnest::deploy
