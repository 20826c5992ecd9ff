#include "app/up_local.h"
#include "app/up_real.h"
#include "app/up_twin.h"
#include "app/verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace ducksnest::app {
namespace {

enum class Ground : std::uint8_t { real, local, twin };

/// Flags that mean something on one ground only.
constexpr std::array<std::string_view, 4> of_twin{"kill", "return", "for", "seed"};
constexpr std::array<std::string_view, 2> of_local{"keep", "start-timeout"};

Exit misuse(Context& context, std::string message, std::string help) {
    return context.report(
        Error{.code = ErrorCode::invalid, .message = std::move(message), .help = std::move(help)},
        Exit::usage
    );
}

std::string_view name_of(Ground ground) {
    return ground == Ground::twin ? "up --twin" : ground == Ground::local ? "up --local" : "up";
}

/// The first flag given that belongs to another ground.
std::optional<std::pair<std::string, Ground>>
foreign_flag(const Arguments& arguments, Ground ground) {
    const auto find = [&](const auto& names, Ground owner) {
        const auto given = std::ranges::find_if(names, [&](const auto& name) {
            return ground != owner && arguments.has(name);
        });
        return given == std::end(names) ? std::nullopt
                                        : std::optional(std::pair(std::string(*given), owner));
    };
    std::vector<std::string> of_real;
    for (const Flag& flag : up_real_flags()) {
        of_real.push_back(flag.name);
    }
    if (auto found = find(of_twin, Ground::twin)) {
        return found;
    }
    if (auto found = find(of_local, Ground::local)) {
        return found;
    }
    return find(of_real, Ground::real);
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
    const Ground ground = twin ? Ground::twin : local ? Ground::local : Ground::real;
    if (const auto foreign = foreign_flag(arguments, ground)) {
        return misuse(
            context,
            ground == Ground::real
                ? fmt::format(
                      "`--{}` means nothing without `--{}`",
                      foreign->first,
                      foreign->second == Ground::twin ? "twin" : "local"
                  )
                : fmt::format("`--{}` means nothing with `{}`", foreign->first, name_of(ground)),
            fmt::format("it is for `{}`", name_of(foreign->second))
        );
    }
    if (ground == Ground::real) {
        return up_real(context);
    }
    return twin ? up_twin(context) : up_local(context);
}

std::vector<Flag> up_flags() {
    std::vector<Flag> flags = {
        {.name = "twin", .summary = "in a simulation on this machine"},
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
         .summary = "Calico's definitions; else they are downloaded and checked"},
        {.name = "start-timeout",
         .value = Value::duration,
         .metavar = "TIME",
         .summary = "local: how long each process may take to answer",
         .fallback = "1m"},
        {.name = "wait",
         .value = Value::duration,
         .metavar = "TIME",
         .summary = "how long everything may take to be ready",
         .fallback = "5m"}
    };
    std::ranges::move(up_real_flags(), std::back_inserter(flags));
    return flags;
}

} // namespace

Command up_command() {
    return {
        .path = "up",
        .summary = "bring the homelab up",
        .description =
            "Alone it brings up the real homelab, step after step: render, certificates, the "
            "systems into the cache, Terraform, host keys, deployment, the cluster's own objects, "
            "and a last look at everything. A step that has nothing to do does nothing; a run that "
            "ends early, however it ends, is gone on with by the next one. Nothing is touched "
            "before git, Terraform and AWS's answer are as they have to be. With --dry-run each "
            "step says what it would do.\n\n"
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
        .flags = up_flags(),
        .examples =
            {{.command = "ducksnest up --twin", .says = "watch the homelab come up"},
             {.command = "ducksnest up --twin --kill firebat@10m --return firebat@2h",
              .says = "and what an outage does to it"},
             {.command = "ducksnest up --local --keep", .says = "a real API server to try things on"
             },
             {.command = "ducksnest up --dry-run", .says = "what the real homelab would get"},
             {.command = "ducksnest up --key cache.secret", .says = "and that it gets it"}},
        .run = run_up,
    };
}

} // namespace ducksnest::app
