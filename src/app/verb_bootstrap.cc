#include "app/bootstrap_objects.h"
#include "app/bootstrap_view.h"
#include "app/client_certificate.h"
#include "app/context.h"
#include "app/verbs.h"
#include "base/text.h"
#include "kube/bootstrap_run.h"
#include "kube/client.h"
#include "kube/kubeconfig.h"
#include "manifests/document.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

/// Calls that wait for the API server: more at once only queue there, and each has a connection of
/// its own to open, which costs the server more than most calls do (`./x bench bootstrap`).
constexpr std::size_t calls_at_once = 6;

Result<kube::Access> find_access(Context& context) {
    const std::string path = expand_home(context, *context.arguments().text("kubeconfig"));
    const Bytes bytes = TRY(read_required(context, path)
                                .or_help("name the kubeconfig with `--kubeconfig FILE`; `ducksnest "
                                         "up --local --keep` prints one"));
    const Json config = TRY(manifests::read_document(path, std::string(as_text(bytes))));
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const auto read_file = [&](const std::string& name) -> Result<Bytes> {
        const std::optional<Bytes> found = TRY(context.open_folder(folder)->read(name));
        return found ? Result<Bytes>(*found)
                     : fail(ErrorCode::not_found, fmt::format("`{}` does not exist", name));
    };
    kube::Access access =
        TRY(kube::read_kubeconfig(config, read_file).with(fmt::format("reading `{}`", path)));
    TRY(check_client_certificate(access.certificate, context.clock().now(), path));
    access.server = context.arguments().text("server").value_or(access.server);
    return access;
}

/// At boot the API server may come later than we do.
Result<void> wait_until_ready(Context& context, kube::Client& client) {
    const Duration patience = *context.arguments().duration("api-timeout");
    const Duration start = context.timer().elapsed();
    context.progress().begin("waiting for the API server", 0);
    while (true) {
        const Result<void> ready = client.ready();
        if (ready) {
            context.progress().end("ready");
            return {};
        }
        const ErrorCode code = ready.error().code;
        const bool may_come = code == ErrorCode::unavailable || code == ErrorCode::timeout;
        const Duration waited = context.timer().elapsed() - start;
        if (!may_come || waited >= patience) {
            return Result<void>(ready).or_help(
                "check that kube-apiserver runs: `journalctl -u kube-apiserver`"
            );
        }
        context.progress().advance(0, describe(ready.error()));
        TRY(context.timer().pause(Duration(500), {}));
    }
}

kube::BootstrapOptions bootstrap_options(Context& context, const std::string& homelab) {
    const std::string prune = *context.arguments().text("prune");
    return {
        .homelab = homelab,
        .prune = prune == "all"    ? kube::Prune::all
                 : prune == "none" ? kube::Prune::none
                                   : kube::Prune::safe,
        .mode = context.options().dry_run ? kube::Mode::dry_run : kube::Mode::real,
        .rollout_timeout = *context.arguments().duration("wait"),
    };
}

Exit answer(Context& context, const kube::BootstrapReport& report, kube::Mode mode) {
    if (context.options().json) {
        context.out_json(to_json(report, mode));
    } else {
        context.out(describe(report, mode, context.out_style()));
    }
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
    const bool waits = *context.arguments().duration("wait") > Duration();
    return waits && !report.waiting.empty() ? Exit::partial : Exit::done;
}

Result<Exit> run_bootstrap_verb(Context& context) {
    std::expected<BootstrapSet, Exit> set = TRY(bootstrap_set(context));
    if (!set) {
        return set.error();
    }
    kube::Access access = TRY(find_access(context));
    const std::unique_ptr<Http> http = context.open_http(
        {.authorities = access.authorities,
         .certificate = access.certificate,
         .key = std::move(access.key)}
    );
    // One try at a time while the API server may still be starting; patience comes after that.
    kube::ClientOptions options = {.server = access.server, .token = access.token};
    kube::ClientOptions impatient = options;
    impatient.retry.attempts_max = 1;
    kube::Client probe(*http, context.timer(), context.random(), std::move(impatient));
    TRY(wait_until_ready(context, probe));
    TRY(add_definitions(context, *set));

    const kube::BootstrapOptions plan = bootstrap_options(context, set->homelab);
    const kube::Mode mode = plan.mode;
    kube::Bootstrap bootstrap = TRY(kube::Bootstrap::make(std::move(set->objects), plan));
    kube::Client client(*http, context.timer(), context.random(), std::move(options));
    const std::unique_ptr<Parallel> threads = context.open_threads(calls_at_once);
    TRY(kube::run_bootstrap(
        bootstrap,
        {.kube = client,
         .parallel = *threads,
         .timer = context.timer(),
         .progress = context.progress()}
    ));
    return answer(context, bootstrap.report(), mode);
}

} // namespace

Command bootstrap_command() {
    return {
        .path = "bootstrap",
        .summary = "bring the cluster's own objects onto an API server",
        .description =
            "Applies namespaces, rights, Calico, CoreDNS and the other addons of the plan: phase "
            "after phase, within a phase at the same time, each object only when it is not as it "
            "should be. What left the plan is pruned. Then it waits until everything is ready; "
            "what is not by then is named, and the exit is 5.\n\n"
            "It may be killed at any moment; the next run goes on. With --dry-run the server "
            "rehearses every change, and each field that would change is shown.",
        .flags =
            {{.name = "kubeconfig",
              .value = Value::file,
              .metavar = "FILE",
              .summary = "how to reach the API server, and as whom",
              .fallback = "~/.kube/config"},
             {.name = "server",
              .value = Value::text,
              .metavar = "URL",
              .summary = "another API server than the kubeconfig's"},
             {.name = "lock",
              .value = Value::file,
              .metavar = "FILE",
              .summary = "read this homelab.lock.json instead of homelab.toml"},
             {.name = "definitions",
              .value = Value::file,
              .metavar = "FILE",
              .summary = "Calico's definitions; else they are downloaded and checked"},
             {.name = "prune",
              .value = Value::choice,
              .metavar = "WHAT",
              .summary = "what to remove when it left the plan; `safe` spares namespaces, custom "
                         "kinds and volumes",
              .fallback = "safe",
              .choices = {"none", "safe", "all"}},
             {.name = "wait",
              .value = Value::duration,
              .metavar = "TIME",
              .summary = "how long to wait for rollouts; 0s does not wait",
              .fallback = "5m"},
             {.name = "api-timeout",
              .value = Value::duration,
              .metavar = "TIME",
              .summary = "how long to wait for the API server",
              .fallback = "2m"}},
        .examples =
            {{.command = "ducksnest bootstrap --kubeconfig admin.kubeconfig",
              .says = "bring everything up to date"},
             {.command = "ducksnest bootstrap --dry-run", .says = "show field by field what differs"
             }},
        .run = run_bootstrap_verb,
    };
}

} // namespace ducksnest::app
