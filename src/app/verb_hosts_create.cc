#include "app/certs.h"
#include "app/hosts.h"
#include "app/identities.h"
#include "app/table.h"
#include "app/verbs.h"
#include "pki/host_keys.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::app {
namespace {

/// A machine and what became of its key; without one when it has a key of its own.
struct Row {
    CloudHost host{};
    std::optional<pki::HostKey> key{};

    /// Whether homelab.toml has to be changed for it.
    bool is_to_be_named() const {
        return !host.is_slot && key &&
               (!host.host_key || !is_same_key(*host.host_key, key->public_line));
    }
};

/// Whose key is made here: everybody's but of nodes whose key homelab.toml knows already, because
/// the machine or somebody else made it.
Result<std::vector<std::string>>
names_to_make(const Tree& tree, const std::vector<CloudHost>& hosts) {
    std::vector<std::string> names;
    for (const CloudHost& host : hosts) {
        if (TRY(pki::find_host_key(tree, host.name)) || !host.host_key) {
            names.push_back(host.name);
        }
    }
    return names;
}

Result<bool> needs_identity(
    const Tree& tree,
    const std::vector<std::string>& names,
    const std::vector<std::string>& operators
) {
    for (const std::string& name : names) {
        if (TRY(pki::is_sealed_for_others(tree, name, operators))) {
            return true;
        }
    }
    return false;
}

void tell(Context& context, const std::vector<Row>& rows) {
    Table table({{.title = "WHAT"}, {.title = "MACHINE"}, {.title = "KEY"}});
    for (const Row& row : rows) {
        const bool is_kept = !row.key || row.key->change == pki::HostKeyChange::kept;
        const Tone tone = is_kept ? Tone::faint : Tone::good;
        table.add({
            {.text = row.key ? std::string(to_string(row.key->change)) : "its own", .tone = tone},
            {.text = row.host.name, .tone = Tone::strong},
            {.text = row.key ? row.key->public_line : *row.host.host_key},
        });
    }
    context.out(table.render(context.out_style()));
    if (std::ranges::any_of(rows, &Row::is_to_be_named)) {
        context.out("\nwrite into homelab.toml, then `ducksnest certs renew`:\n");
    }
    for (const Row& row : rows) {
        if (row.is_to_be_named()) {
            context.out(fmt::format(
                "\n[nodes.{}]\nhost_key = \"{}\"\n", row.host.name, row.key->public_line
            ));
        }
    }
}

Json to_json(const std::vector<Row>& rows, bool is_dry_run) {
    Json::Array hosts;
    for (const Row& row : rows) {
        hosts.push_back(Json::object({
            {"name", row.host.name},
            {"change", row.key ? to_string(row.key->change) : "its own"},
            {"public_key", row.key ? row.key->public_line : *row.host.host_key},
            {"is_slot", row.host.is_slot},
            {"is_to_be_named", row.is_to_be_named()},
        }));
    }
    return Json::object(
        {{"schema", "ducksnest.hosts-create/1"},
         {"dry_run", is_dry_run},
         {"hosts", std::move(hosts)}}
    );
}

Result<Exit> run_create(Context& context) {
    const auto lab = load_homelab(context);
    if (!lab) {
        return lab.error();
    }
    const std::vector<CloudHost> hosts = TRY(chosen_hosts(context, lab->homelab));
    const std::shared_ptr<void> lock = TRY(context.files().lock(secrets_folder));
    const Tree tree = TRY(context.files().read_tree(secrets_folder));
    const std::vector<std::string> names = TRY(names_to_make(tree, hosts));
    const auto operators = plan::make_plan(lab->homelab).trust.operators;
    std::vector<age::Identity> identities;
    if (TRY(needs_identity(tree, names, operators))) {
        identities = TRY(load_identities(context, operators));
    }
    const pki::HostKeyOutcome outcome = TRY(pki::make_host_keys(
        {.tree = tree, .machines = names, .operators = operators, .identities = identities},
        context.random()
    ));
    if (!context.options().dry_run && outcome.tree != tree) {
        TRY(context.files().replace_tree(secrets_folder, outcome.tree));
    }
    std::vector<Row> rows;
    for (const CloudHost& host : hosts) {
        const auto key = std::ranges::find(outcome.keys, host.name, &pki::HostKey::machine);
        rows.push_back({.host = host});
        if (key != outcome.keys.end()) {
            rows.back().key = *key;
        }
    }
    if (context.options().json) {
        context.out_json(to_json(rows, context.options().dry_run));
    } else if (context.options().dry_run) {
        for (const Row& row : rows) {
            if (row.key && row.key->change != pki::HostKeyChange::kept) {
                context.out(fmt::format("{}: {}\n", row.host.name, to_string(row.key->change)));
            }
        }
    } else {
        tell(context, rows);
    }
    return Exit::done;
}

} // namespace

Command hosts_create_command() {
    return {
        .path = "hosts create",
        .summary = "make the SSH host keys of machines in the cloud",
        .description =
            "A machine in the cloud is encrypted for before it exists: its host key is made here. "
            "The private half is written only as an age file for the operators "
            "(secrets/hosts/NODE.key.age), the public half beside it; a node's goes into "
            "homelab.toml as `host_key`, as the answer shows. Nodes that have a host_key which was "
            "not made here keep it.\n\n"
            "A key is never made anew. When the operators have changed, keys are encrypted again "
            "for the new ones, which needs an old one's private key.",
        .flags = {identity_flag()},
        .arguments =
            {{.name = "NODE",
              .value = Value::node,
              .summary = "nodes of AWS sites or slots (standby-1); all without it",
              .is_repeated = true}},
        .examples =
            {{.command = "ducksnest hosts create", .says = "whatever is missing"},
             {.command = "ducksnest hosts create standby-1", .says = "of one slot"}},
        .run = run_create,
    };
}

} // namespace ducksnest::app
