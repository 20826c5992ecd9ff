#include "app/certs.h"
#include "app/hosts.h"
#include "app/identities.h"
#include "app/table.h"
#include "app/verbs.h"
#include "pki/unseal.h"
#include "tailnet/auth_keys.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

using namespace std::chrono_literals;

/// Tailscale's own limit for auth keys.
constexpr Duration lifetime_max = 90 * 24h;
constexpr std::string_view age_magic = "age-encryption.org/v1";
constexpr std::string_view armor_magic = "-----BEGIN AGE ENCRYPTED FILE-----";

std::string tag_of(const model::Homelab& homelab, const CloudHost& host) {
    const model::Node* node = homelab.find_node(host.name);
    return host.is_slot || node == nullptr ? "tag:standby"
                                           : fmt::format("tag:{}", model::to_string(*node->role));
}

/// The OAuth client's secret: a file as it is, or sealed for the operators.
Result<Secret> read_client(Context& context, const model::Homelab& homelab) {
    const auto path = context.arguments().text("client");
    if (!path) {
        return fail(
            ErrorCode::invalid,
            "the flag `--client` is missing",
            "name the file with the secret of the Tailscale OAuth client, as it is or as an age "
            "file"
        );
    }
    auto bytes = TRY(context.files().read(context.show_folder(*path)));
    if (!bytes) {
        return fail(ErrorCode::not_found, fmt::format("there is no file `{}`", *path));
    }
    Secret content(std::move(*bytes));
    const std::string_view text = as_text(content.view());
    if (!text.starts_with(age_magic) && !text.starts_with(armor_magic)) {
        return content;
    }
    const auto operators = plan::make_plan(homelab).trust.operators;
    const auto identities = TRY(load_identities(context, operators));
    return pki::unseal(content.view(), identities, *path, "use the private key of an operator");
}

struct Row {
    CloudHost host{};
    std::string secret{};
    std::string tag{};
};

/// Every entry must be there before the first key is made.
Result<std::vector<Row>>
survey(Context& context, const model::Homelab& homelab, RegionalSecrets& regions) {
    std::vector<Row> rows;
    for (const CloudHost& host : TRY(chosen_hosts(context, homelab))) {
        Row row = {
            .host = host,
            .secret = secret_name(*homelab.name, host.name, HostSecret::tailnet_key),
            .tag = tag_of(homelab, host),
        };
        if (!TRY(TRY(regions.of(host.region))->describe(row.secret)).exists) {
            return fail(
                ErrorCode::not_found,
                fmt::format("there is no secret `{}`", row.secret),
                "Terraform makes it: apply the module in terraform/ first"
            );
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<Duration> read_lifetime(Context& context) {
    const Duration lifetime = context.arguments().duration("lifetime").value_or(Duration(1h));
    if (lifetime < 1min || lifetime > lifetime_max) {
        return fail(
            ErrorCode::invalid,
            fmt::format("a key cannot last {}", format_duration(lifetime)),
            "1m to 90d; the shorter, the better"
        );
    }
    return lifetime;
}

void tell(Context& context, const std::vector<Row>& rows, Duration lifetime) {
    const bool is_dry_run = context.options().dry_run;
    if (context.options().json) {
        Json::Array keys;
        for (const Row& row : rows) {
            keys.push_back(
                Json::object({{"name", row.host.name}, {"secret", row.secret}, {"tag", row.tag}})
            );
        }
        context.out_json(Json::object({
            {"schema", "ducksnest.tailnet-key/1"},
            {"dry_run", is_dry_run},
            {"lifetime_seconds", std::int64_t{lifetime / 1s}},
            {"keys", std::move(keys)},
        }));
        return;
    }
    Table table({{.title = "WHAT"}, {.title = "MACHINE"}, {.title = "TAG"}, {.title = "SECRET"}});
    for (const Row& row : rows) {
        table.add({
            {.text = is_dry_run ? "would make" : "made", .tone = Tone::good},
            {.text = row.host.name, .tone = Tone::strong},
            {.text = row.tag},
            {.text = row.secret},
        });
    }
    context.out(table.render(context.out_style()));
}

Result<void> hand_over(
    tailnet::AuthKeys& keys,
    SecretValues& secrets,
    const Row& row,
    const tailnet::AuthKeyOrder& order
) {
    const tailnet::AuthKey key = TRY(keys.make(order));
    Result<void> put = secrets.put(row.secret, key.key);
    if (!put) {
        // Nobody has it, so nobody shall be able to use it; otherwise it ends by itself.
        static_cast<void>(keys.remove(key.id).has_value());
    }
    return put;
}

Result<Exit> run_key(Context& context) {
    const auto lab = load_homelab(context);
    if (!lab) {
        return lab.error();
    }
    const Duration lifetime = TRY(read_lifetime(context));
    const Secret client = TRY(read_client(context, lab->homelab));
    RegionalSecrets regions(context);
    const std::vector<Row> rows = TRY(survey(context, lab->homelab, regions));
    if (!context.options().dry_run) {
        const auto http = context.open_http({.proxies = Proxies::environment});
        const std::string api = context.arguments().text("api").value_or("");
        tailnet::AuthKeys keys =
            TRY(tailnet::AuthKeys::sign_in(*http, context.timer(), api, client));
        std::size_t made = 0;
        for (const Row& row : rows) {
            const tailnet::AuthKeyOrder order = {
                .tags = {row.tag},
                .lifetime = lifetime,
                .description =
                    fmt::format("{} {}", *lab->homelab.name, row.host.name).substr(0, 50),
            };
            const Result<void> done =
                hand_over(keys, *TRY(regions.of(row.host.region)), row, order);
            if (!done) {
                return context.report(done.error(), made > 0 ? Exit::partial : Exit::failed);
            }
            ++made;
        }
    }
    tell(context, rows, lifetime);
    return Exit::done;
}

} // namespace

Command tailnet_key_command() {
    return {
        .path = "tailnet key",
        .summary = "give machines in the cloud a key that lets each in once",
        .description =
            "Makes an auth key through Tailscale's API for each machine: for one use, approved, "
            "with the machine's tag, and ending soon. Each is put into AWS Secrets Manager at "
            "once, "
            "where the machine takes it at its first boot (`ducksnest join`); it is never shown. A "
            "key that was there before is replaced, and ends by itself.\n\n"
            "--client names a file with the secret of a Tailscale OAuth client that has the scope "
            "`auth_keys` and the tags; an age file for the operators may lie in the repository.",
        .flags =
            {{.name = "client",
              .value = Value::file,
              .metavar = "FILE",
              .summary = "the OAuth client's secret, as it is or as an age file"},
             {.name = "lifetime",
              .value = Value::duration,
              .metavar = "TIME",
              .summary = "how long a key waits to be used",
              .fallback = "1h"},
             {.name = "api",
              .value = Value::text,
              .metavar = "URL",
              .summary = "where Tailscale's API is",
              .fallback = tailnet::usual_api},
             identity_flag()},
        .arguments =
            {{.name = "NODE",
              .value = Value::node,
              .summary = "nodes of AWS sites or slots (standby-1); all without it",
              .is_repeated = true}},
        .examples =
            {{.command = "ducksnest tailnet key control-plane --client tailscale.age",
              .says = "before its first boot"}},
        .run = run_key,
    };
}

} // namespace ducksnest::app
