#include "app/certs.h"
#include "app/table.h"
#include "app/verbs.h"
#include "base/text.h"
#include "pki/paths.h"
#include "pki/status.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ducksnest::app {
namespace {

Tone tone_of(pki::Condition condition) {
    switch (condition) {
    case pki::Condition::good:
        return Tone::good;
    case pki::Condition::expiring:
    case pki::Condition::due:
        return Tone::warning;
    case pki::Condition::expired:
    case pki::Condition::missing:
        return Tone::bad;
    }
    std::unreachable();
}

/// "firebat, duck@desk": that the others are operators stands in homelab.toml.
std::string readers_text(const pki::StatusRow& row) {
    constexpr std::string_view prefix = "operator ";
    std::vector<std::string> names;
    for (const std::string& reader : row.readers) {
        const bool has_name = reader.starts_with(prefix) && reader.contains('@');
        names.push_back(has_name ? reader.substr(prefix.size()) : reader);
    }
    return names.empty() ? "-" : join(names, ", ");
}

bool can_be_renewed(const pki::Status& status) {
    const bool is_over = std::ranges::any_of(status.rows, [](const pki::StatusRow& row) {
        return row.kind == pki::Kind::authority && row.condition == pki::Condition::expired;
    });
    return !is_over && status.problems.empty() &&
           (!status.to_remove.empty() ||
            std::ranges::any_of(status.rows, [](const pki::StatusRow& row) {
                return row.kind != pki::Kind::authority && row.condition != pki::Condition::good;
            }));
}

/// "kubelet", as the owner has a column of his own; "authority cluster 2" with its generation.
std::string shown_name(const pki::StatusRow& row) {
    return row.kind == pki::Kind::authority ? "authority " + row.authority
                                            : std::string(pki::opened_name(row.name));
}

std::vector<Cell> cells_of(const pki::StatusRow& row) {
    const bool expires = row.not_after.has_value();
    return {
        {.text = row.owners.empty() ? "operators" : join(row.owners, ", ")},
        {.text = shown_name(row), .tone = Tone::strong},
        {.text = readers_text(row), .tone = Tone::faint},
        {.text = expires ? format_time(*row.not_after).substr(0, 10) : "never"},
        {.text = expires ? std::to_string(row.days_left) : "-"},
        {.text = std::string(to_string(row.condition)), .tone = tone_of(row.condition)},
    };
}

void tell_status(Context& context, const pki::Status& status) {
    Table table({
        {.title = "OWNER"},
        {.title = "NAME"},
        {.title = "READERS"},
        {.title = "EXPIRES"},
        {.title = "DAYS", .align = Align::right},
        {.title = "STATE"},
    });
    for (const pki::StatusRow& row : status.rows) {
        table.add(cells_of(row));
    }
    context.out(table.render(context.out_style()));
    std::string notes;
    for (const pki::StatusRow& row : status.rows) {
        if (row.condition == pki::Condition::good) {
            continue;
        }
        const std::string why = row.note.empty() ? std::string(to_string(row.condition)) : row.note;
        notes += fmt::format("{}: {}", row.name, why);
        if (!row.units.empty()) {
            notes += fmt::format("; renewing it restarts {}", join(row.units, ", "));
        }
        notes += "\n";
    }
    for (const std::string& name : status.to_remove) {
        notes += fmt::format("{}: left the plan\n", name);
    }
    for (const auto& [authority, phase] : status.phases) {
        notes += fmt::format("authority {}: rotation has reached `{}`\n", authority, phase);
    }
    if (!notes.empty()) {
        context.out("\n" + notes);
    }
}

void tell_trouble(Context& context, const pki::Status& status) {
    for (const pki::Problem& problem : status.problems) {
        context.warn(
            fmt::format("`{}/{}` {}", secrets_folder, problem.path, problem.message),
            "`ducksnest certs verify` shows everything that is wrong"
        );
    }
    for (const std::string& warning : status.warnings) {
        context.warn(warning);
    }
    if (can_be_renewed(status)) {
        context.say("`ducksnest certs renew` brings secrets/ up to date");
    }
}

Result<Exit> run_status(Context& context) {
    const auto run = begin_certs(context, Lock::shared);
    if (!run) {
        return run.error();
    }
    const pki::Status status = TRY(pki::look_at(run->request(), tools_of(context)));
    if (context.options().json) {
        context.out_json(pki::to_json(status));
    } else {
        tell_status(context, status);
        tell_trouble(context, status);
    }
    const bool wants_code = context.arguments().has("exit-code");
    return wants_code && !status.is_good() ? Exit::differences : Exit::done;
}

} // namespace

Command certs_status_command() {
    return {
        .path = "certs status",
        .summary = "what there is, who can open it, and when it expires",
        .description =
            "Lists every authority, certificate and secret with the nodes that own it, who can "
            "open its key, and the days it has left. The readers come from the age files "
            "themselves: each names its recipients, so no private key is needed, and a recipient "
            "that is nobody's in homelab.toml shows up as unknown.",
        .flags = {{.name = "exit-code", .summary = "exit 4 when something has to be done"}},
        .examples =
            {{.command = "ducksnest certs status", .says = "the table"},
             {.command = "ducksnest certs status --exit-code -q", .says = "for a nightly job"}},
        .run = run_status,
    };
}

} // namespace ducksnest::app
