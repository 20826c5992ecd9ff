#include "app/certs.h"
#include "app/identities.h"
#include "app/verbs.h"

namespace ducksnest::app {
namespace {

/// What a renewal would do, in the form of one that was done.
pki::Outcome preview(const pki::Renewal& renewal) {
    pki::Outcome outcome;
    const auto add = [&](std::string name, const pki::Decision& decision) {
        const bool is_issue = decision.action == pki::Action::issue;
        outcome.changes.push_back({
            .kind = is_issue ? pki::ChangeKind::issued : pki::ChangeKind::resealed,
            .name = std::move(name),
            .reason = decision.reason,
        });
    };
    for (const auto& [authority, decision] : renewal.authorities) {
        add("authorities/" + std::string(to_string(authority)), decision);
    }
    for (const auto& [name, decision] : renewal.certificates) {
        add(name, decision);
    }
    for (const auto& [name, decision] : renewal.secrets) {
        add(name, decision);
    }
    for (const std::string& name : renewal.removed) {
        outcome.changes.push_back(
            {.kind = pki::ChangeKind::removed, .name = name, .reason = "left the plan"}
        );
    }
    outcome.warnings = renewal.warnings;
    return outcome;
}

Result<Exit> run_renew(Context& context) {
    auto run = begin_certs(context, Lock::exclusive);
    if (!run) {
        return run.error();
    }
    const pki::Renewal renewal = TRY(pki::preview_renewal(run->request(), tools_of(context)));
    if (context.options().dry_run) {
        const pki::Outcome outcome = preview(renewal);
        if (context.options().json) {
            context.out_json(to_json(outcome, true));
        } else {
            tell_outcome(context, outcome);
        }
        return Exit::done;
    }
    if (renewal.needs_identity) {
        run->identities = TRY(load_identities(context, run->trust.operators));
    }
    const pki::Outcome outcome = TRY(pki::renew(run->request(), tools_of(context)));
    TRY(context.files().replace_tree(secrets_folder, outcome.tree));
    tell_outcome(context, outcome);
    return Exit::done;
}

} // namespace

Command certs_renew_command() {
    return {
        .path = "certs renew",
        .summary = "issue what is missing, changed in the plan, or expiring",
        .description =
            "Compares secrets/ with the plan and changes only what differs: certificates that are "
            "missing, whose names, subject, usage or lifetime the plan changed, that end within "
            "renew_before_days, or whose readers changed. What left the plan is removed. A second "
            "run changes no byte.\n\n"
            "An authority's key is opened with an operator's private key, once, and only when "
            "something has to be signed. All files change as one set.",
        .flags = {identity_flag()},
        .examples =
            {{.command = "ducksnest certs renew", .says = "after every change of homelab.toml"},
             {.command = "ducksnest certs renew --dry-run", .says = "what would change, and why"}},
        .run = run_renew,
    };
}

} // namespace ducksnest::app
