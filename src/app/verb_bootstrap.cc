#include "app/bootstrap_objects.h"
#include "app/bootstrap_steps.h"
#include "app/bootstrap_view.h"
#include "app/certs.h"
#include "app/client_certificate.h"
#include "app/context.h"
#include "app/kube_access.h"
#include "app/places.h"
#include "app/verbs.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

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
    tell_remarks(context, report);
    const bool waits = *context.arguments().duration("wait") > Duration();
    return waits && !report.waiting.empty() ? Exit::partial : Exit::done;
}

Result<Exit> run_bootstrap_verb(Context& context) {
    std::expected<BootstrapSet, Exit> set = TRY(bootstrap_set(context));
    if (!set) {
        return set.error();
    }
    kube::Access access = TRY(find_access(context, set->access));
    access.server = context.arguments().text("server").value_or(access.server);
    const std::unique_ptr<Http> http = open_access(context, access);
    TRY(wait_until_ready(context, *http, access, *context.arguments().duration("api-timeout")));
    TRY(add_definitions(context, *set));
    const kube::BootstrapOptions options = bootstrap_options(context, set->homelab);
    const kube::BootstrapReport report =
        TRY(bring_onto(context, *http, access, *std::move(set), options));
    return answer(context, report, options.mode);
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
             identity_flag(),
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
