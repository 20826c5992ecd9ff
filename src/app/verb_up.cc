#include "app/up_local.h"
#include "app/up_twin.h"
#include "app/verbs.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace ducksnest::app {
namespace {

/// Flags that mean something on one ground only.
constexpr std::array<std::string_view, 4> of_twin{"kill", "return", "for", "seed"};
constexpr std::array<std::string_view, 4> of_local{"keep", "definitions", "start-timeout", "wait"};

Exit misuse(Context& context, std::string message, std::string help) {
    return context.report(
        Error{.code = ErrorCode::invalid, .message = std::move(message), .help = std::move(help)},
        Exit::usage
    );
}

Result<Exit> run_up(Context& context) {
    const Arguments& arguments = context.arguments();
    const bool twin = arguments.has("twin");
    const bool local = arguments.has("local");
    if (twin && local) {
        return misuse(
            context, "`--twin` and `--local` are two grounds", "bring it up on one at a time"
        );
    }
    if (!twin && !local) {
        return misuse(
            context,
            "`up` needs to know where",
            "`--twin` brings the homelab up in a simulation, `--local` brings its real control "
            "plane up on this machine"
        );
    }
    for (const std::string_view flag : of_twin) {
        if (local && arguments.has(flag)) {
            return misuse(
                context,
                fmt::format("`--{}` means nothing with `--local`", flag),
                "it is for `up --twin`"
            );
        }
    }
    for (const std::string_view flag : of_local) {
        if (twin && arguments.has(flag)) {
            return misuse(
                context,
                fmt::format("`--{}` means nothing with `--twin`", flag),
                "it is for `up --local`"
            );
        }
    }
    return twin ? up_twin(context) : up_local(context);
}

} // namespace

Command up_command() {
    return {
        .path = "up",
        .summary = "bring the homelab up",
        .description =
            "With --twin nothing real is touched: a simulation of every machine boots, opens its "
            "own secrets with its own host key, shakes hands over TLS with everybody it has to "
            "talk to, joins the cluster and runs the apps. Ends with the state of every machine, "
            "app and database member, and with what happened after the first --kill.\n\n"
            "With --local the plan's control plane starts for real on this machine's loopback: "
            "etcd, kube-apiserver, kube-controller-manager and kube-scheduler with the arguments "
            "that the machines run, only addresses and folders are this machine's. The nodes are "
            "hollow: each registers with its own kubelet certificate and says of its pods that "
            "they run. Then all addons are brought onto it. Without --keep it is taken down "
            "again.\n\n"
            "Keys and certificates are real but thrown away, never those of `secrets/`. Exit 1 "
            "when something did not become Ready, with the reason.",
        .flags =
            {{.name = "twin", .summary = "in a simulation on this machine"},
             {.name = "local", .summary = "as a real control plane on this machine's loopback"},
             {.name = "kill",
              .value = Value::text,
              .metavar = "NODE@WHEN",
              .summary = "twin: a machine loses power, so long after the start",
              .is_repeated = true},
             {.name = "return",
              .value = Value::text,
              .metavar = "NODE@WHEN",
              .summary = "twin: it gets power back and boots",
              .is_repeated = true},
             {.name = "for",
              .value = Value::duration,
              .metavar = "DURATION",
              .summary = "twin: how long to simulate; long enough for the outage otherwise"},
             {.name = "seed",
              .value = Value::integer,
              .metavar = "N",
              .summary = "twin: which run: the same number gives the same run",
              .fallback = "1"},
             {.name = "keep", .summary = "local: leave it up; `ducksnest down` takes it down"},
             {.name = "definitions",
              .value = Value::file,
              .metavar = "FILE",
              .summary = "local: Calico's definitions; else they are downloaded and checked"},
             {.name = "start-timeout",
              .value = Value::duration,
              .metavar = "TIME",
              .summary = "local: how long each process may take to answer",
              .fallback = "1m"},
             {.name = "wait",
              .value = Value::duration,
              .metavar = "TIME",
              .summary = "local: how long everything may take to be ready",
              .fallback = "5m"}},
        .examples =
            {{.command = "ducksnest up --twin", .says = "watch the homelab come up"},
             {.command = "ducksnest up --twin --kill firebat@10m --return firebat@2h",
              .says = "and what an outage does to it"},
             {.command = "ducksnest up --local --keep", .says = "a real API server to try things on"
             }},
        .run = run_up,
    };
}

} // namespace ducksnest::app
