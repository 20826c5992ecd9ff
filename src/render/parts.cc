#include "render/parts.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::render {
namespace {

void write_texts(JsonStream& json, std::string_view name, const auto& items) {
    json.key(name);
    json.begin_array();
    for (const auto& item : items) {
        json.value(net::to_string(item));
    }
    json.end_array();
}

std::string_view to_string(pki::SecretKind kind) {
    switch (kind) {
    case pki::SecretKind::signing_key:
        return "signing-key";
    case pki::SecretKind::encryption_key:
        return "encryption-key";
    }
    return "";
}

} // namespace

std::int64_t bytes_of(model::Mebibytes memory) {
    return memory * 1024 * 1024;
}

std::span<const pki::CertificateSpec>
certificates_of(const pki::TrustPlan& trust, std::string_view folder) {
    const auto begin =
        std::ranges::lower_bound(trust.certificates, folder, {}, &pki::CertificateSpec::name);
    auto end = begin;
    while (end != trust.certificates.end() && end->name.starts_with(folder)) {
        ++end;
    }
    return {begin, end};
}

void write(JsonStream& json, const std::map<std::string, std::string>& texts) {
    json.begin_object();
    for (const auto& [name, value] : texts) {
        json.member(name, value);
    }
    json.end_object();
}

void write(JsonStream& json, const plan::Taint& taint) {
    json.begin_object();
    json.member("effect", taint.effect);
    json.member("key", taint.key);
    json.member("value", taint.value);
    json.member("why", taint.why);
    json.end_object();
}

void write(JsonStream& json, const plan::Route& route) {
    json.begin_object();
    json.member("device", route.device);
    json.member("to", net::to_string(route.to));
    json.member("why", route.why);
    json.end_object();
}

void write(JsonStream& json, const plan::IpRule& rule) {
    json.begin_object();
    json.member("priority", rule.priority);
    json.member("table", rule.table);
    json.member("to", net::to_string(rule.to));
    json.member("why", rule.why);
    json.end_object();
}

void write(JsonStream& json, const plan::TunnelSource& source) {
    json.begin_object();
    json.member("from", net::to_string(source.from));
    json.member("source", net::to_string(source.source));
    json.member("to", net::to_string(source.to));
    json.member("why", source.why);
    json.end_object();
}

void write(JsonStream& json, const plan::FirewallPort& port) {
    json.begin_object();
    json.member("first", port.first);
    json.member("last", port.last);
    json.member("protocol", port.protocol);
    write_texts(json, "sources", port.sources);
    json.member("why", port.why);
    json.end_object();
}

void write(JsonStream& json, const plan::KernelSetting& setting) {
    json.begin_object();
    json.member("name", setting.name);
    json.member("value", setting.value);
    json.member("why", setting.why);
    json.end_object();
}

void write(JsonStream& json, const plan::Reserve& reserve) {
    json.begin_object();
    json.member("daemon_set", reserve.is_daemon);
    json.member("memory_bytes", bytes_of(reserve.memory));
    json.member("millicpus", reserve.millicpus);
    json.member("name", reserve.name);
    json.member("what", reserve.what);
    json.end_object();
}

void write(JsonStream& json, const plan::Unit& unit) {
    json.begin_object();
    json.member("after", unit.after);
    json.member("arguments", unit.arguments);
    json.member("credentials", unit.credentials);
    json.member("description", unit.description);
    json.key("environment");
    write(json, unit.environment);
    json.member("files", unit.files);
    json.member("logs_directory", unit.logs_directory);
    json.member("name", unit.name);
    json.member("package", unit.package);
    json.member("program", unit.program);
    json.member("requires", unit.requires_);
    json.member("restart", unit.restart);
    json.member("restart_seconds", unit.restart_seconds);
    json.member("state_directory", unit.state_directory);
    json.member("type", unit.type);
    json.member("user", unit.user);
    json.end_object();
}

void write(JsonStream& json, const plan::ConfigFile& file) {
    json.begin_object();
    json.member("content", file.content);
    json.member("format", plan::to_string(file.format));
    json.member("mode", fmt::format("{:04o}", file.mode));
    json.member("owner", file.owner);
    json.member("path", file.path);
    json.end_object();
}

void write(JsonStream& json, const plan::Workload& workload) {
    json.begin_object();
    json.member("anti_affinity", workload.anti_affinity);
    json.member("exclusive", workload.exclusive);
    json.member("memory_bytes", bytes_of(workload.memory));
    json.member("millicpus", workload.cpu_millis);
    json.member("name", workload.name);
    json.member("namespace", workload.space);
    json.member("pinned", workload.pinned);
    json.member("replicas", workload.replicas);
    json.member("spread_sites", workload.spread_sites);
    json.member("tolerations", workload.tolerations);
    json.end_object();
}

void write(JsonStream& json, const plan::DatabaseMember& member) {
    json.begin_object();
    json.member("node", member.node);
    json.member("site", member.site);
    json.member("sync_priority", member.sync_priority);
    json.member("synchronous", member.synchronous);
    json.member("why", member.why);
    json.end_object();
}

void write(JsonStream& json, const pki::CertificateSpec& certificate) {
    json.begin_object();
    write_texts(json, "addresses", certificate.addresses);
    json.member("authority", pki::to_string(certificate.authority));
    json.member("common_name", certificate.common_name);
    json.member("dns_names", certificate.dns_names);
    json.member("name", certificate.name);
    json.member("organizations", certificate.organizations);
    json.member("owners", certificate.owners);
    json.member("units", certificate.units);
    json.member("usage", pki::to_string(certificate.usage));
    json.member("user", certificate.user);
    json.end_object();
}

void write(JsonStream& json, const pki::SecretSpec& secret) {
    json.begin_object();
    json.member("kind", to_string(secret.kind));
    json.member("name", secret.name);
    json.member("owners", secret.owners);
    json.member("units", secret.units);
    json.member("user", secret.user);
    json.end_object();
}

} // namespace ducksnest::render
