#include "app/certs.h"
#include "app/hosts.h"
#include "app/identities.h"
#include "app/table.h"
#include "app/verbs.h"
#include "base/text.h"
#include "pki/host_keys.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::app {
namespace {

enum class Upload : std::uint8_t { needed, done, has_other };

/// A machine whose key is made here, and what Secrets Manager has of it.
struct Row {
    CloudHost host{};
    std::string secret{};
    std::string public_line{};
    Upload upload = Upload::needed;
};

/// Compares by the public half, which no value is shown for.
Result<Upload> compare(SecretValues& secrets, const Row& row) {
    const std::optional<Secret> value = TRY(secrets.get(row.secret));
    if (!value) {
        return Upload::needed;
    }
    const auto half = age::Recipient::parse_openssh_private(as_text(value->view()));
    return half && is_same_key(half->text(), row.public_line) ? Upload::done : Upload::has_other;
}

/// Everything is looked at before anything is written.
Result<std::vector<Row>> survey(
    Context& context, const model::Homelab& homelab, const Tree& tree, RegionalSecrets& regions
) {
    const bool is_named = !context.arguments().all("NODE").empty();
    std::vector<Row> rows;
    for (const CloudHost& host : TRY(chosen_hosts(context, homelab))) {
        const auto key = TRY(pki::find_host_key(tree, host.name));
        if (!key && host.host_key && !is_named) {
            context.say(fmt::format("{}: its host key was not made here", host.name));
            continue;
        }
        if (!key) {
            return fail(
                ErrorCode::not_found,
                fmt::format("there is no host key of `{}`", host.name),
                host.host_key
                    ? fmt::format(
                          "homelab.toml names one that was made elsewhere; remove `host_key` from "
                          "[nodes.{0}] and run `ducksnest hosts create {0}` to have one made here",
                          host.name
                      )
                    : "make it with `ducksnest hosts create`"
            );
        }
        if (host.host_key && !is_same_key(*host.host_key, *key)) {
            return fail(
                ErrorCode::conflict,
                fmt::format(
                    "homelab.toml has another host key of `{}` than `secrets/{}`",
                    host.name,
                    pki::public_host_key_path(host.name)
                ),
                "write the line of the .pub file into homelab.toml, or remove both files of "
                "secrets/hosts/ if the machine has a key of its own"
            );
        }
        Row row = {
            .host = host,
            .secret = secret_name(*homelab.name, host.name, HostSecret::ssh_host_key),
            .public_line = *key,
        };
        row.upload = TRY(compare(*TRY(regions.of(host.region)), row));
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<void> refuse_other(Context& context, const std::vector<Row>& rows) {
    const auto other = std::ranges::find(rows, Upload::has_other, &Row::upload);
    if (other == rows.end() || context.arguments().has("replace")) {
        return {};
    }
    return fail(
        ErrorCode::conflict,
        fmt::format("`{}` holds another key than `secrets/hosts/`", other->secret),
        "a machine may be running with it; `--replace` puts ours in its place, for the next start"
    );
}

void tell(Context& context, const std::vector<Row>& rows, bool is_dry_run) {
    if (context.options().json) {
        Json::Array hosts;
        for (const Row& row : rows) {
            hosts.push_back(Json::object({
                {"name", row.host.name},
                {"region", row.host.region},
                {"secret", row.secret},
                {"change", row.upload == Upload::done ? "kept" : "uploaded"},
            }));
        }
        context.out_json(Json::object(
            {{"schema", "ducksnest.hosts-upload/1"},
             {"dry_run", is_dry_run},
             {"hosts", std::move(hosts)}}
        ));
        return;
    }
    Table table({{.title = "WHAT"}, {.title = "MACHINE"}, {.title = "SECRET"}});
    for (const Row& row : rows) {
        const bool is_kept = row.upload == Upload::done;
        table.add({
            {.text = is_kept      ? "kept"
                     : is_dry_run ? "would upload"
                                  : "uploaded",
             .tone = is_kept ? Tone::faint : Tone::good},
            {.text = row.host.name, .tone = Tone::strong},
            {.text = row.secret},
        });
    }
    context.out(table.render(context.out_style()));
}

Result<Exit> run_upload(Context& context) {
    const auto lab = load_homelab(context);
    if (!lab) {
        return lab.error();
    }
    const Tree tree = TRY(context.files().read_tree(secrets_folder));
    RegionalSecrets regions(context);
    const std::vector<Row> rows = TRY(survey(context, lab->homelab, tree, regions));
    if (const Result<void> checked = refuse_other(context, rows); !checked) {
        return context.report(checked.error(), Exit::refused);
    }
    const bool is_needed =
        std::ranges::any_of(rows, [](const Row& row) { return row.upload != Upload::done; });
    if (is_needed && !context.options().dry_run) {
        const auto operators = plan::make_plan(lab->homelab).trust.operators;
        const auto identities = TRY(load_identities(context, operators));
        std::size_t uploaded = 0;
        for (const Row& row : rows) {
            if (row.upload == Upload::done) {
                continue;
            }
            const Secret key = TRY(pki::open_host_key(tree, row.host.name, identities));
            const Result<void> put = TRY(regions.of(row.host.region))->put(row.secret, key);
            if (!put) {
                return context.report(put.error(), uploaded > 0 ? Exit::partial : Exit::failed);
            }
            ++uploaded;
        }
    }
    tell(context, rows, context.options().dry_run);
    return Exit::done;
}

} // namespace

Command hosts_upload_command() {
    return {
        .path = "hosts upload",
        .summary = "give machines in the cloud their SSH host keys",
        .description =
            "Opens the keys that `hosts create` has made with an operator's private key, and puts "
            "them into AWS Secrets Manager, from where each machine takes its own at its first "
            "boot (`ducksnest join`). Terraform makes the entries and decides who may read them. "
            "Keys that are there already are left alone; another key in the place of ours is "
            "refused. Nothing is written before everything has been looked at.\n\n"
            "Credentials are found where the AWS tools find them.",
        .flags =
            {identity_flag(),
             {.name = "replace", .summary = "put our key in the place of another one"}},
        .arguments =
            {{.name = "NODE",
              .value = Value::node,
              .summary = "nodes of AWS sites or slots (standby-1); all without it",
              .is_repeated = true}},
        .examples =
            {{.command = "ducksnest hosts upload", .says = "after `terraform apply`"},
             {.command = "ducksnest hosts upload --dry-run", .says = "only compare"}},
        .run = run_upload,
    };
}

} // namespace ducksnest::app
