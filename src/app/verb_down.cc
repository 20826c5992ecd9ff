#include "app/homelab.h"
#include "app/local_ground.h"
#include "app/verbs.h"
#include "base/text.h"
#include "local/ground.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

Result<Exit> run_down(Context& context) {
    const auto lab = load_homelab(context);
    if (!lab) {
        return lab.error();
    }
    const LocalGround ground(context, TRY(local_folder(context, *lab->homelab.name)));
    const std::optional<local::GroundState> state = TRY(ground.state());
    if (!state) {
        // A run that failed leaves its logs, and the keys that it made.
        if (!context.options().dry_run) {
            TRY(context.remove_folder(ground.folder()));
        }
        context.say("nothing of this homelab is up on this machine");
        return Exit::done;
    }
    if (context.options().dry_run) {
        for (const local::RunningProcess& process : state->processes) {
            context.out(
                fmt::format("stop {} of {}: {}\n", process.unit, process.node, process.id.pid)
            );
        }
        return Exit::done;
    }
    context.progress().begin("taking the local ground down", state->processes.size());
    const int stopped = TRY(local::stop_ground(ground.doors()));
    TRY(context.remove_folder(ground.folder()));
    context.progress().end(fmt::format(
        "{} stopped, keys and data removed",
        stopped == 1 ? "1 process" : fmt::format("{} processes", stopped)
    ));
    return Exit::done;
}

} // namespace

Command down_command() {
    return {
        .path = "down",
        .summary = "take down what `up --local --keep` has left up",
        .description =
            "Stops the processes that the local ground of this homelab has started, and no others: "
            "each is known by its number and the moment at which it started. Then its throw-away "
            "keys and data are removed.",
        .examples = {{.command = "ducksnest down", .says = "take the local ground down"}},
        .run = run_down,
    };
}

} // namespace ducksnest::app
