#include "render/lock.h"

#include "render/json_stream.h"
#include "render/parts.h"

#include <algorithm>

namespace ducksnest::render {
namespace {

template <class T>
bool is_in(const std::vector<plan::Shared<T>>& shared, const plan::Shared<T>& item) {
    return std::ranges::any_of(shared, [&](const plan::Shared<T>& other) {
        return other.same(item);
    });
}

/// Keyed by name, so that a reader finds one without a search. `keep` tells which.
template <class T>
void write_named(
    JsonStream& json,
    std::string_view key,
    const std::vector<plan::Shared<T>>& items,
    std::string T::* name,
    const std::vector<plan::Shared<T>>* without
) {
    std::vector<const T*> sorted;
    for (const plan::Shared<T>& item : items) {
        if (without == nullptr || !is_in(*without, item)) {
            sorted.push_back(&*item);
        }
    }
    std::ranges::sort(sorted, {}, name);
    json.key(key);
    json.begin_object();
    for (const T* item : sorted) {
        json.key(item->*name);
        write(json, *item);
    }
    json.end_object();
}

void write_cluster(JsonStream& json, const plan::Plan& plan) {
    json.begin_object();
    json.member("api_endpoints", plan.api_endpoints);
    json.member("api_server", plan.api_server);
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

void write_certificates(JsonStream& json, const pki::TrustPlan& trust, std::string_view folder) {
    json.key("certificates");
    json.begin_object();
    for (const pki::CertificateSpec& certificate : certificates_of(trust, folder)) {
        json.key(std::string_view(certificate.name).substr(folder.size()));
        write(json, certificate);
    }
    json.end_object();
}

void write_node(JsonStream& json, const plan::Plan& plan, const plan::NodePlan& node) {
    json.begin_object();
    json.member("address", net::to_string(node.address));
    json.key("allocatable");
    json.begin_object();
    json.member("memory_bytes", bytes_of(node.allocatable_memory));
    json.member("millicpus", node.allocatable_millicpus);
    json.end_object();
    json.member("boot", model::to_string(node.boot));
    write_certificates(json, plan.trust, "nodes/" + node.name + "/");
    json.member("cpus", node.cpus);
    json.member("disk_bytes", bytes_of(node.disk));
    write_named(json, "files", node.files, &plan::ConfigFile::path, &node.profile->files);
    json.key("host_key");
    if (const auto at = plan.trust.host_keys.find(node.name); at != plan.trust.host_keys.end()) {
        json.value(at->second);
    } else {
        json.null();
    }
    json.optional_member("instance", node.instance);
    json.member("interface", node.interface);
    write_list(json, "ip_rules", node.ip_rules);
    json.key("labels");
    write(json, node.labels);
    json.member("memory_bytes", bytes_of(node.memory));
    json.member("memory_class", plan::to_string(node.memory_class));
    json.member("mtu", node.mtu);
    json.member("nvidia", node.nvidia);
    json.member("profile", node.profile->name);
    json.member("provider", model::to_string(node.provider));
    json.member("role", model::to_string(node.role));
    write_list(json, "routes", node.routes);
    json.member("site", node.site);
    json.key("tailnet_address");
    if (node.tailnet_address) {
        json.value(net::to_string(*node.tailnet_address));
    } else {
        json.null();
    }
    write_list(json, "taints", node.taints);
    write_named(json, "units", node.units, &plan::Unit::name, &node.profile->units);
    json.end_object();
}

void write_profile(JsonStream& json, const plan::Profile& profile) {
    const std::vector<plan::Shared<plan::Unit>>* none_own = nullptr;
    json.begin_object();
    write_named<plan::ConfigFile>(json, "files", profile.files, &plan::ConfigFile::path, nullptr);
    write_list(json, "firewall", profile.firewall);
    write_list(json, "kernel_modules", profile.kernel_modules);
    write_list(json, "reserves", profile.reserves);
    json.member("start_order", profile.start_order);
    write_list(json, "sysctls", profile.sysctls);
    write_named(json, "units", profile.units, &plan::Unit::name, none_own);
    json.end_object();
}

void write_operators(JsonStream& json, const pki::TrustPlan& trust) {
    json.begin_object();
    write_certificates(json, trust, "operators/");
    json.member("recipients", trust.operators);
    json.end_object();
}

void write_lifetimes(JsonStream& json, const pki::TrustPlan& trust) {
    json.begin_object();
    json.member("authority", trust.authority_days);
    json.member("leaf", trust.leaf_days);
    json.member("renew_before", trust.renew_before_days);
    json.end_object();
}

} // namespace

std::string render_lock(const plan::Plan& plan) {
    std::string out;
    // Measured on generated homelabs: 7 KiB a node and 30 KiB a profile.
    out.reserve(plan.nodes.size() * 8192 + plan.profiles.size() * 32768);
    JsonStream json(out);
    json.begin_object();
    json.leading_member("schema", lock_schema);
    json.key("certificate_days");
    write_lifetimes(json, plan.trust);
    json.key("cluster");
    write_cluster(json, plan);
    write_list(json, "database", plan.database);
    json.member("input", plan.input_digest);
    json.key("nodes");
    json.begin_object();
    for (const plan::NodePlan& node : plan.nodes) {
        json.key(node.name);
        write_node(json, plan, node);
    }
    json.end_object();
    json.key("operators");
    write_operators(json, plan.trust);
    json.key("profiles");
    json.begin_object();
    for (const auto& [name, profile] : plan.profiles) {
        json.key(name);
        write_profile(json, *profile);
    }
    json.end_object();
    write_list(json, "secrets", plan.trust.secrets);
    write_list(json, "workloads", plan.workloads);
    json.end_object();
    return out;
}

} // namespace ducksnest::render
