#include "config/sections.h"

#include "config/structure.h"

#include <fmt/format.h>

namespace ducksnest::config {
namespace {

Reader reader_of(const Context& context, const Value& table, std::string_view path) {
    const Section& found = section(path);
    return {context, table, found, header_of(found)};
}

Reader reader_of(const Context& context, const Entry& entry, std::string_view path) {
    return {context, entry.value, section(path), fmt::format("[{}.{}]", path, entry.key)};
}

/// A derived default, with the place where the section stands.
template <class T>
void fall_back(diag::Spanned<T>& out, const Reader& reader, std::string_view key, T value) {
    if (!reader.has(key)) {
        out = {std::move(value), reader.span()};
    }
}

} // namespace

bool read_homelab(const Context& context, const Value& table, model::Homelab& homelab) {
    Reader reader = reader_of(context, table, "homelab");
    reader.read("name", homelab.name);
    reader.read("domain", homelab.domain);
    reader.read("timezone", homelab.timezone);
    reader.read_strings("operators", homelab.operators);
    homelab.span = table.span;
    return reader.typed();
}

bool read_certificates(
    const Context& context, const Value& table, model::Certificates& certificates
) {
    Reader reader = reader_of(context, table, "certificates");
    certificates.span = table.span;
    reader.read("leaf_days", certificates.leaf_days);
    reader.read("authority_days", certificates.authority_days);
    reader.read("renew_before_days", certificates.renew_before_days);
    return reader.typed();
}

std::optional<model::Network> read_network(const Context& context, const Value& table) {
    model::Network network{.span = table.span};
    Reader reader = reader_of(context, table, "network");
    reader.read("pods", network.pods);
    reader.read("services", network.services);
    reader.read("tailnet", network.tailnet);
    reader.read("tailnet_domain", network.tailnet_domain);
    reader.read("tailnet_mtu", network.tailnet_mtu);

    const Value empty{.span = table.span};
    const Value* calico_table = single_section(table, "calico");
    Reader calico =
        reader_of(context, calico_table != nullptr ? *calico_table : empty, "network.calico");
    calico.read_word("encapsulation", network.calico.encapsulation);
    calico.read("mtu", network.calico.mtu);
    return reader.typed() && calico.typed() ? std::optional(std::move(network)) : std::nullopt;
}

std::optional<model::Site> read_site(const Context& context, const Entry& entry) {
    model::Site site{.name = entry.key, .span = entry.value.span};
    Reader reader = reader_of(context, entry, "sites");
    diag::Spanned<model::Provider> provider;
    reader.read_word("provider", provider);
    site.provider = *provider;
    reader.read("cidr", site.cidr);
    reader.read("interface", site.interface);
    reader.read("region", site.region);
    reader.read("gateway", site.gateway);
    reader.read("state_bucket", site.state_bucket);
    return reader.typed() ? std::optional(std::move(site)) : std::nullopt;
}

std::optional<model::Cache>
read_cache(const Context& context, const Value& table, const Defaults& defaults) {
    model::Cache cache{.span = table.span};
    Reader reader = reader_of(context, table, "cache");
    reader.read("bucket", cache.bucket);
    fall_back(cache.bucket, reader, "bucket", defaults.homelab + "-nix-cache");
    reader.read("public_key", cache.public_key);
    reader.read("keep_generations", cache.keep_generations);
    return reader.typed() ? std::optional(std::move(cache)) : std::nullopt;
}

std::optional<model::Database>
read_database(const Context& context, const Value& table, const Defaults& defaults) {
    model::Database database{.span = table.span};
    Reader reader = reader_of(context, table, "database");
    reader.read("version", database.version);
    reader.read("rpo", database.rpo);
    reader.read("rto", database.rto);
    reader.read("memory", database.memory);
    reader.read("storage", database.storage);
    diag::Spanned<std::string> bucket;
    reader.read("bucket", bucket);
    fall_back(bucket, reader, "bucket", defaults.homelab + "-backups");
    database.bucket = std::move(bucket);
    reader.read("retention_days", database.retention_days);
    return reader.typed() ? std::optional(std::move(database)) : std::nullopt;
}

std::optional<model::Logs>
read_logs(const Context& context, const Value& table, const Defaults& defaults) {
    model::Logs logs{.span = table.span};
    Reader reader = reader_of(context, table, "logs");
    reader.read("bucket", logs.bucket);
    fall_back(logs.bucket, reader, "bucket", defaults.homelab + "-logs");
    reader.read("retention_days", logs.retention_days);
    return reader.typed() ? std::optional(std::move(logs)) : std::nullopt;
}

std::optional<model::DisasterRecovery>
read_recovery(const Context& context, const Value& table, const Defaults& defaults) {
    model::DisasterRecovery dr{.span = table.span};
    Reader reader = reader_of(context, table, "dr");
    bool typed = true;
    for (const Value* item : listed_sections(table, "offers")) {
        model::Offer offer{.span = item->span};
        Reader offer_reader = reader_of(context, *item, "dr.offers");
        offer_reader.read("instance", offer.instance);
        offer_reader.read("usd_per_hour", offer.hourly);
        typed = typed && offer_reader.typed();
        dr.offers.push_back(std::move(offer));
    }
    reader.read("site", dr.site);
    fall_back(dr.site, reader, "site", defaults.aws_site);
    reader.read("max_replacements", dr.max_replacements);
    fall_back(
        dr.max_replacements, reader, "max_replacements", std::int64_t{dr.offers.empty() ? 0 : 1}
    );
    reader.read("usd_per_month", dr.monthly_budget);
    fall_back(dr.monthly_budget, reader, "usd_per_month", model::MicroUsd{0});
    reader.read("confirm", dr.confirm);
    reader.read("stable", dr.stable);
    reader.read_words("witnesses", dr.witnesses);
    if (!reader.has("witnesses")) {
        dr.witnesses = {
            {model::Witness::tailnet, table.span}, {model::Witness::s3_heartbeat, table.span}
        };
    }
    return typed && reader.typed() ? std::optional(std::move(dr)) : std::nullopt;
}

std::optional<model::GitOps> read_gitops(const Context& context, const Value& table) {
    if (table.entries.empty()) {
        // An empty section is a plan for later, as in the shortest homelab.toml.
        context.diagnostics->push_back({
            .severity = diag::Severity::warning,
            .code = "W0101",
            .message = "`[gitops]` is empty: nothing is deployed from Git",
            .primary = {table.span, "`repository` is missing"},
            .help =
                {"add `repository = \"https://github.com/example/homelab\"`, or delete the section"
                },
        });
        return std::nullopt;
    }
    model::GitOps gitops{.span = table.span};
    Reader reader = reader_of(context, table, "gitops");
    reader.read("repository", gitops.repository);
    reader.read("revision", gitops.revision);
    reader.read("path", gitops.path);
    return reader.typed() ? std::optional(std::move(gitops)) : std::nullopt;
}

std::optional<model::App> read_app(const Context& context, const Entry& entry) {
    model::App app{.name = entry.key, .span = entry.value.span};
    Reader reader = reader_of(context, entry, "apps");
    reader.read("image", app.image);
    reader.read("host", app.host);
    reader.read_word("expose", app.expose);
    reader.read("replicas", app.replicas);
    reader.read("port", app.port);
    reader.read("cpu", app.cpu_millis);
    reader.read("memory", app.memory);
    return reader.typed() ? std::optional(std::move(app)) : std::nullopt;
}

} // namespace ducksnest::config
