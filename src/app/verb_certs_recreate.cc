#include "app/certs.h"
#include "app/verbs.h"
#include "base/text.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

Result<Exit> run_recreate(Context& context) {
    auto run = begin_certs(context, Lock::exclusive);
    if (!run) {
        return run.error();
    }
    pki::Outcome outcome = TRY(pki::recreate(run->request(), tools_of(context)));
    if (context.options().dry_run) {
        if (context.options().json) {
            context.out_json(to_json(outcome, true));
        } else {
            context.out(fmt::format(
                "would replace {} by {}\n",
                count_of(run->tree.size(), "file"),
                count_of(outcome.tree.size(), "file")
            ));
        }
        return Exit::done;
    }
    const bool agrees =
        run->tree.empty() || TRY(context.confirm(fmt::format(
                                 "replace every authority, certificate and secret in `{}/{}`? "
                                 "Running nodes stop trusting each other until all are restarted, "
                                 "and service account tokens and encrypted Secrets are lost",
                                 context.shown_folder(),
                                 secrets_folder
                             )));
    if (!agrees) {
        return Exit::refused;
    }
    TRY(context.files().replace_tree(secrets_folder, outcome.tree));
    tell_outcome(context, outcome);
    return Exit::done;
}

} // namespace

Command certs_recreate_command() {
    return {
        .path = "certs recreate",
        .summary = "make every authority, certificate and secret new",
        .description =
            "Makes three new authorities (cluster, etcd, front-proxy), every certificate of the "
            "plan, the service account key and the key for Secrets at rest, and encrypts each "
            "private key to the nodes that own it and to the operators. Needs no private key.\n\n"
            "What was there before is lost. For a running homelab `certs rotate-ca` replaces an "
            "authority without breaking a connection.",
        .examples =
            {{.command = "ducksnest certs recreate", .says = "the first certificates of a homelab"},
             {.command = "ducksnest certs recreate --yes", .says = "and ask nothing"}},
        .run = run_recreate,
    };
}

} // namespace ducksnest::app
