#include "app/certs.h"

#include "app/table.h"
#include "base/text.h"
#include "pki/published_keys.h"

#include <fmt/format.h>

#include <utility>

namespace ducksnest::app {
namespace {

Result<void> refuse_published_keys(Context& context, const pki::TrustPlan& trust) {
    return pki::refuse_published_keys(trust, TRY(context.files().find_key_files(".")));
}

Result<void> open_folder(Context& context, Lock lock, CertsRun& run) {
    if (lock == Lock::exclusive) {
        run.lock = TRY(context.files().lock(secrets_folder));
    }
    run.tree = TRY(context.files().read_tree(secrets_folder));
    return {};
}

Tone tone_of(pki::ChangeKind kind) {
    switch (kind) {
    case pki::ChangeKind::issued:
    case pki::ChangeKind::reissued:
    case pki::ChangeKind::resealed:
        return Tone::good;
    case pki::ChangeKind::removed:
        return Tone::warning;
    case pki::ChangeKind::trust:
        return Tone::accent;
    }
    std::unreachable();
}

} // namespace

std::expected<CertsRun, Exit> begin_certs(Context& context, Lock lock) {
    const auto lab = load_homelab(context);
    if (!lab) {
        return std::unexpected(lab.error());
    }
    CertsRun run;
    run.trust = plan::make_plan(lab->homelab).trust;
    run.now = context.clock().now();
    if (const Result<void> checked = refuse_published_keys(context, run.trust); !checked) {
        const bool is_refused = checked.error().code == ErrorCode::denied;
        return std::unexpected(
            context.report(checked.error(), is_refused ? Exit::refused : Exit::failed)
        );
    }
    if (const Result<void> opened = open_folder(context, lock, run); !opened) {
        return std::unexpected(context.report(opened.error()));
    }
    return run;
}

pki::Tools tools_of(Context& context) {
    return {.random = context.random(), .parallel = context.parallel()};
}

Flag identity_flag() {
    return {
        .name = "identity",
        .letter = 'i',
        .value = Value::file,
        .metavar = "FILE",
        .summary = "an operator's private key (SSH or age); else ~/.ssh/id_ed25519 and id_rsa",
        .is_repeated = true,
    };
}

void tell_outcome(Context& context, const pki::Outcome& outcome) {
    for (const std::string& warning : outcome.warnings) {
        context.warn(warning);
    }
    if (context.options().json) {
        context.out_json(to_json(outcome, false));
        return;
    }
    if (outcome.changes.empty()) {
        context.out("nothing to do: every certificate is as planned\n");
        return;
    }
    Table table({{.title = "WHAT"}, {.title = "NAME"}, {.title = "WHY"}});
    for (const pki::Change& change : outcome.changes) {
        table.add({
            {.text = std::string(to_string(change.kind)), .tone = tone_of(change.kind)},
            {.text = change.name, .tone = Tone::strong},
            {.text = change.reason, .tone = Tone::faint},
        });
    }
    context.out(table.render(context.out_style()));
    if (outcome.restarts.empty()) {
        return;
    }
    context.out("\nrestart once the nodes have the new files:\n");
    for (const auto& [node, units] : outcome.restarts) {
        const std::vector<std::string> names(units.begin(), units.end());
        context.out(fmt::format("  {}: {}\n", node, join(names, ", ")));
    }
}

Json to_json(const pki::Outcome& outcome, bool is_dry_run) {
    Json::Array changes;
    for (const pki::Change& change : outcome.changes) {
        changes.push_back(Json::object(
            {{"kind", to_string(change.kind)}, {"name", change.name}, {"reason", change.reason}}
        ));
    }
    Json::Array restarts;
    for (const auto& [node, units] : outcome.restarts) {
        restarts.push_back(
            Json::object({{"node", node}, {"units", Json::strings({units.begin(), units.end()})}})
        );
    }
    return Json::object({
        {"schema", "ducksnest.certs-changes/1"},
        {"dry_run", is_dry_run},
        {"changes", std::move(changes)},
        {"restarts", std::move(restarts)},
        {"warnings", Json::strings(outcome.warnings)},
    });
}

} // namespace ducksnest::app
