#include "app/certs.h"
#include "app/homelab.h"
#include "app/identities.h"
#include "app/local_ground.h"
#include "app/verbs.h"
#include "local/rotation.h"
#include "pki/store.h"
#include "plan/plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::app {
namespace {

std::vector<pki::Authority> chosen_authorities(Context& context) {
    const std::vector<std::string> names = context.arguments().all("AUTHORITY");
    std::vector<pki::Authority> chosen;
    for (const pki::Authority authority : pki::all_authorities) {
        const auto is_named = [&](const std::string& name) { return name == to_string(authority); };
        if (names.empty() || std::ranges::any_of(names, is_named)) {
            chosen.push_back(authority);
        }
    }
    return chosen;
}

/// One phase: computed, proved, written. The index tells the next run where this one stopped.
Result<pki::Outcome>
take_step(Context& context, CertsRun& run, const std::vector<pki::Authority>& authorities) {
    pki::Outcome outcome = TRY(pki::rotate_step(run.request(), authorities, tools_of(context)));
    if (!context.options().dry_run) {
        TRY(context.files().replace_tree(secrets_folder, outcome.tree));
    }
    run.tree = outcome.tree;
    return outcome;
}

void merge(pki::Outcome& all, pki::Outcome step) {
    all.changes.insert(all.changes.end(), step.changes.begin(), step.changes.end());
    all.warnings = std::move(step.warnings);
    for (auto& [node, units] : step.restarts) {
        all.restarts[node].merge(units);
    }
    all.tree = std::move(step.tree);
}

/// The ground that `up --local --keep` has left up has secrets of its own.
Result<Exit> rotate_local(Context& context) {
    const auto lab = load_homelab(context);
    if (!lab) {
        return lab.error();
    }
    if (context.arguments().has("step")) {
        return context.report(
            Error{
                .code = ErrorCode::invalid,
                .message = "`--step` means nothing with `--local`",
                .help = "each phase is delivered before the next: leave `--step` out"
            },
            Exit::usage
        );
    }
    const plan::Plan plan = plan::make_plan(lab->homelab);
    const LocalGround place(context, TRY(local_folder(context, plan.homelab)));
    if (context.options().dry_run) {
        for (const pki::Authority authority : chosen_authorities(context)) {
            context.out(fmt::format(
                "replace the authority {} of {}\n", to_string(authority), place.folder()
            ));
        }
        return Exit::done;
    }
    TRY(local::rotate_ground(
        {.plan = plan,
         .folder = place.folder(),
         .programs = TRY(find_programs(context, plan)),
         .ducksnest = context.processes().self(),
         .outlives_us = true},
        chosen_authorities(context),
        place.doors()
    ));
    return Exit::done;
}

Result<Exit> run_rotate(Context& context) {
    if (context.arguments().has("local")) {
        return rotate_local(context);
    }
    auto run = begin_certs(context, Lock::exclusive);
    if (!run) {
        return run.error();
    }
    const std::vector<pki::Authority> authorities = chosen_authorities(context);
    const bool is_single = context.arguments().has("step");
    run->identities = TRY(load_identities(context, run->trust.operators));
    pki::Outcome all;
    bool is_rotating = true;
    while (is_rotating) {
        merge(all, TRY(take_step(context, *run, authorities)));
        is_rotating = !is_single && TRY(pki::is_rotating(run->tree, authorities));
    }
    if (context.options().dry_run && context.options().json) {
        context.out_json(to_json(all, true));
    } else {
        tell_outcome(context, all);
    }
    if (TRY(pki::is_rotating(run->tree, authorities))) {
        context.say("every node has to have these files before the next `certs rotate-ca --step`");
    } else if (!is_single) {
        context.say(
            "nodes that still have the files from before do not trust the new ones: bring all of "
            "them up to date together, or rotate with --step and deploy in between"
        );
    }
    return Exit::done;
}

} // namespace

Command certs_rotate_ca_command() {
    std::vector<std::string> names;
    for (const pki::Authority authority : pki::all_authorities) {
        names.emplace_back(to_string(authority));
    }
    return {
        .path = "certs rotate-ca",
        .summary = "replace authorities without breaking a connection",
        .description =
            "Three phases: trust the new authority beside the old one; let the new one sign, and "
            "issue everything anew; stop trusting the old one. Before a phase is written, every "
            "connection of the plan is checked between nodes that have it and nodes that do not, "
            "in all combinations.\n\n"
            "With --step each run takes one phase, so that the nodes can be updated in between: "
            "then no connection fails at any moment. Without it all phases are taken in a row, for "
            "a homelab that is down or is updated as a whole. A rotation that was interrupted goes "
            "on where it stopped.",
        .flags =
            {{.name = "step", .summary = "take one phase, then stop"},
             identity_flag(),
             {.name = "local",
              .summary = "on what `up --local --keep` has left up: all phases, delivered"}},
        .arguments =
            {{.name = "AUTHORITY",
              .value = Value::choice,
              .summary = "which ones; all when not given",
              .is_repeated = true,
              .choices = names}},
        .examples =
            {{.command = "ducksnest certs rotate-ca --step", .says = "the next phase, for all"},
             {.command = "ducksnest certs rotate-ca etcd --step", .says = "for etcd's alone"}},
        .run = run_rotate,
    };
}

} // namespace ducksnest::app
