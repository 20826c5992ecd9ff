#include "render/node_json.h"

#include "plan/versions.h"
#include "render/parts.h"

#include <algorithm>

namespace ducksnest::render {
namespace {

/// Keyed by name, so that a reader finds one without a search.
template <class T>
void write_named(
    JsonStream& json,
    std::span<const plan::Shared<T>> items,
    std::string T::* name,
    std::span<const plan::Shared<T>> known
) {
    std::vector<const T*> sorted;
    for (const plan::Shared<T>& item : items) {
        const auto is_same = [&](const plan::Shared<T>& other) { return other.same(item); };
        if (std::ranges::none_of(known, is_same)) {
            sorted.push_back(&*item);
        }
    }
    std::ranges::sort(sorted, {}, name);
    json.begin_object();
    for (const T* item : sorted) {
        json.key(item->*name);
        write(json, *item);
    }
    json.end_object();
}

template <class T>
void write_all(JsonStream& json, std::string_view name, const std::vector<plan::Shared<T>>& items) {
    json.key(name);
    json.begin_array();
    for (const plan::Shared<T>& item : items) {
        write(json, *item);
    }
    json.end_array();
}

void write_allocatable(JsonStream& json, const plan::NodePlan& node) {
    json.key("allocatable");
    json.begin_object();
    json.member("memory_bytes", bytes_of(node.allocatable_memory));
    json.member("millicpus", node.allocatable_millicpus);
    json.end_object();
}

void write_host_key(JsonStream& json, const pki::TrustPlan& trust, const std::string& node) {
    json.key("host_key");
    if (const auto at = trust.host_keys.find(node); at != trust.host_keys.end()) {
        json.value(at->second);
    } else {
        json.null();
    }
}

void write_cache(JsonStream& json, const std::optional<plan::BinaryCache>& cache) {
    json.key("cache");
    if (!cache) {
        json.null();
        return;
    }
    json.begin_object();
    json.optional_member("public_key", cache->public_key);
    json.member("url", cache->url);
    json.end_object();
}

} // namespace

void write_units(
    JsonStream& json,
    std::span<const plan::Shared<plan::Unit>> units,
    std::span<const plan::Shared<plan::Unit>> known
) {
    json.key("units");
    write_named(json, units, &plan::Unit::name, known);
}

void write_files(
    JsonStream& json,
    std::span<const plan::Shared<plan::ConfigFile>> files,
    std::span<const plan::Shared<plan::ConfigFile>> known
) {
    json.key("files");
    write_named(json, files, &plan::ConfigFile::path, known);
}

void write_certificates(JsonStream& json, const pki::TrustPlan& trust, std::string_view folder) {
    json.key("certificates");
    json.begin_object();
    for (const pki::CertificateSpec& certificate : certificates_of(trust, folder)) {
        json.key(std::string_view(certificate.name).substr(folder.size()));
        write(json, certificate);
    }
    json.end_object();
}

void write_cluster(JsonStream& json, const plan::Plan& plan) {
    json.begin_object();
    json.member("api_endpoints", plan.api_endpoints);
    json.member("api_server", plan.api_server);
    write_cache(json, plan.cache);
    json.key("calico_definitions");
    json.begin_object();
    json.member("sha256", plan::calico_definitions_sha256);
    json.member("url", plan::calico_definitions_url);
    json.end_object();
    json.member("dns_ip", net::to_string(plan.dns_ip));
    json.member("domain", plan.domain);
    json.member("encapsulation", plan.encapsulation);
    json.member("kubernetes_version", plan.kubernetes_version);
    json.member("mtu", plan.mtu.bytes);
    json.member("mtu_reason", plan.mtu.reason);
    json.member("name", plan.homelab);
    json.member("pods", net::to_string(plan.pods));
    json.member("service_ip", net::to_string(plan.service_ip));
    json.member("services", net::to_string(plan.services));
    json.member("tailnet", net::to_string(plan.tailnet));
    json.member("timezone", plan.timezone);
    json.end_object();
}

void write_node(
    JsonStream& json, const plan::Plan& plan, const plan::NodePlan& node, Detail detail
) {
    const bool is_all = detail == Detail::everything;
    const plan::Profile& profile = *node.profile;
    const std::string folder = "nodes/" + node.name + "/";
    json.begin_object();
    json.member("address", net::to_string(node.address));
    write_allocatable(json, node);
    json.member("boot", model::to_string(node.boot));
    is_all ? write_list(json, "certificates", certificates_of(plan.trust, folder))
           : write_certificates(json, plan.trust, folder);
    json.member("cpus", node.cpus);
    json.member("disk_bytes", bytes_of(node.disk));
    is_all ? write_all(json, "files", node.files) : write_files(json, node.files, profile.files);
    if (is_all) {
        write_list(json, "firewall", profile.firewall);
    }
    write_host_key(json, plan.trust, node.name);
    json.optional_member("instance", node.instance);
    json.member("interface", node.interface);
    write_list(json, "ip_rules", node.ip_rules);
    if (is_all) {
        write_list(json, "kernel_modules", profile.kernel_modules);
    }
    json.key("labels");
    write(json, node.labels);
    json.member("memory_bytes", bytes_of(node.memory));
    json.member("memory_class", plan::to_string(node.memory_class));
    json.member("mtu", node.mtu);
    if (is_all) {
        json.member("name", node.name);
    }
    json.member("nvidia", node.nvidia);
    json.member("profile", profile.name);
    json.member("provider", model::to_string(node.provider));
    if (is_all) {
        write_list(json, "reserves", profile.reserves);
    }
    json.member("role", model::to_string(node.role));
    write_list(json, "routes", node.routes);
    json.member("site", node.site);
    if (is_all) {
        write_list(json, "sysctls", profile.sysctls);
    }
    json.key("tailnet_address");
    if (node.tailnet_address) {
        json.value(net::to_string(*node.tailnet_address));
    } else {
        json.null();
    }
    write_list(json, "taints", node.taints);
    write_list(json, "tunnel_sources", node.tunnel_sources);
    is_all ? write_all(json, "units", node.units) : write_units(json, node.units, profile.units);
    json.end_object();
}

} // namespace ducksnest::render
