#include "app/bootstrap_steps.h"

#include "base/text.h"
#include "kube/bootstrap_run.h"
#include "kube/client.h"
#include "kube/inventory.h"

#include <fmt/format.h>

#include <utility>

namespace ducksnest::app {
namespace {

using namespace std::chrono_literals;

/// Calls that wait for the API server: more at once only queue there, and each has a connection of
/// its own to open, which costs the server more than most calls do (`./x bench bootstrap`).
constexpr std::size_t calls_at_once = 6;

/// How long the API server's authorizer may take to see a binding.
constexpr Duration binding_patience = 15s;

/// An empty cluster lets the plan's bootstrap identity write cluster roles and their bindings, and
/// nothing else. The binding to `cluster-admin` is its key to the rest, so it goes first.
Result<void> take_rights(Context& context, kube::Kube& kube, const BootstrapSet& set) {
    const auto is_denied = [&] {
        const Result<Json> seen = kube.get(kube::inventory_ref(set.homelab));
        return !seen && seen.error().code == ErrorCode::denied;
    };
    if (!is_denied()) {
        return {};
    }
    for (const kube::Object& object : set.objects) {
        if (kube::text_at(object.body, "kind") == "ClusterRoleBinding" &&
            kube::text_at(object.body, "roleRef.name") == "cluster-admin") {
            TRY(kube.apply(object.body, {}).with("taking the rights to bootstrap"));
        }
    }
    const Duration deadline = context.timer().elapsed() + binding_patience;
    while (is_denied() && context.timer().elapsed() < deadline) {
        TRY(context.timer().pause(100ms, {}));
    }
    return {};
}

/// NodeRestriction keeps kubelets from giving themselves a role; who may bootstrap may. A node that
/// has not joined yet gets its labels from a later run: made by us, it would miss its taints.
Result<void> label_nodes(kube::Kube& kube, const BootstrapSet& set) {
    for (const auto& [name, labels] : set.node_labels) {
        const Result<Json> node = kube.get({.api_version = "v1", .kind = "Node", .name = name});
        if (!node && node.error().code == ErrorCode::not_found) {
            continue;
        }
        if (!node) {
            return std::unexpected(node.error());
        }
        const Json* found = kube::at_path(*node, "metadata.labels");
        Json wanted = Json::object({});
        bool is_due = false;
        for (const auto& [key, value] : labels) {
            const Json* has = found == nullptr ? nullptr : found->find(key);
            is_due = is_due || has == nullptr || *has != Json(value);
            wanted.set(key, value);
        }
        if (is_due) {
            TRY(kube.apply(
                Json::object(
                    {{"apiVersion", "v1"},
                     {"kind", "Node"},
                     {"metadata", Json::object({{"name", name}, {"labels", std::move(wanted)}})}}
                ),
                {}
            ));
        }
    }
    return {};
}

} // namespace

Result<void>
wait_until_ready(Context& context, Http& http, const kube::Access& access, Duration patience) {
    // One try at a time while the API server may still be starting; patience is ours.
    kube::ClientOptions options = {.server = access.server, .token = access.token};
    options.retry.attempts_max = 1;
    kube::Client client(http, context.timer(), context.random(), std::move(options));
    const Duration start = context.timer().elapsed();
    context.progress().begin("waiting for the API server", 0);
    while (true) {
        const Result<void> ready = client.ready();
        if (ready) {
            context.progress().end("the API server is ready");
            return {};
        }
        const ErrorCode code = ready.error().code;
        const bool may_come = code == ErrorCode::unavailable || code == ErrorCode::timeout;
        if (!may_come || context.timer().elapsed() - start >= patience) {
            return Result<void>(ready).or_help(
                "check that kube-apiserver runs: `journalctl -u kube-apiserver`"
            );
        }
        context.progress().advance(0, describe(ready.error()));
        TRY(context.timer().pause(500ms, {}));
    }
}

Result<kube::BootstrapReport> bring_onto(
    Context& context,
    Http& http,
    const kube::Access& access,
    BootstrapSet set,
    const kube::BootstrapOptions& options
) {
    kube::Client client(
        http,
        context.timer(),
        context.random(),
        kube::ClientOptions{.server = access.server, .token = access.token}
    );
    if (options.mode == kube::Mode::real) {
        TRY(take_rights(context, client, set));
    }
    kube::Bootstrap bootstrap = TRY(kube::Bootstrap::make(std::move(set.objects), options));
    const std::unique_ptr<Parallel> threads = context.open_threads(calls_at_once);
    TRY(kube::run_bootstrap(
        bootstrap,
        {.kube = client,
         .parallel = *threads,
         .timer = context.timer(),
         .progress = context.progress()}
    ));
    if (options.mode == kube::Mode::real) {
        TRY(label_nodes(client, set).with("labelling the nodes"));
    }
    return bootstrap.report();
}

void tell_remarks(Context& context, const kube::BootstrapReport& report) {
    if (!report.kept.empty()) {
        context.say(fmt::format(
            "{} left the plan and stay, the first is {}; `--prune=all` removes them and all that "
            "is in them",
            count_of(report.kept.size(), "object"),
            kube::display(report.kept.front())
        ));
    }
    for (const kube::Ref& ref : report.foreign) {
        context.say(fmt::format("{} is somebody else's by now and stays", kube::display(ref)));
    }
    for (const std::string& line : report.waiting) {
        context.warn(fmt::format("not ready: {}", line));
    }
}

} // namespace ducksnest::app
