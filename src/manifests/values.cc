#include "manifests/values.h"

#include "plan/versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <ranges>
#include <string>

namespace ducksnest::manifests {
namespace {

std::string mebibytes(model::Mebibytes amount) {
    return fmt::format("{}Mi", amount);
}

std::string millicpus(std::int64_t amount) {
    return fmt::format("{}m", amount);
}

struct HostPort {
    std::string host{};
    std::int64_t port = 0;
};

/// Of "https://10.20.1.10:6443", also with an IPv6 address in brackets.
HostPort split_url(std::string_view url) {
    url.remove_prefix(std::min(url.size(), std::string_view("https://").size()));
    const std::size_t colon = std::min(url.rfind(':'), url.size());
    std::string_view host = url.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    }
    const std::string_view port = url.substr(std::min(colon + 1, url.size()));
    HostPort out{.host = std::string(host), .port = 443};
    std::from_chars(port.data(), port.data() + port.size(), out.port);
    return out;
}

/// Calico's name for what happens between nodes of one network.
std::string_view vxlan_mode(std::string_view encapsulation) {
    return encapsulation == "VXLANCrossSubnet" ? "CrossSubnet" : "Always";
}

/// Memory for pods on the nodes that take any pod. A homelab of tainted nodes only has to use them.
model::Mebibytes untainted_memory(const plan::Plan& plan) {
    model::Mebibytes untainted = 0;
    model::Mebibytes all = 0;
    for (const plan::NodePlan& node : plan.nodes) {
        all += node.allocatable_memory;
        untainted += node.taints.empty() ? node.allocatable_memory : 0;
    }
    return untainted > 0 ? untainted : all;
}

/// A DaemonSet asks the same of every node: what the plan sets aside on the one with the least.
void add_daemon(const plan::Plan& plan, std::string_view name, Values& values) {
    model::Mebibytes memory = std::numeric_limits<model::Mebibytes>::max();
    std::int64_t cpu = std::numeric_limits<std::int64_t>::max();
    for (const auto& [profile_name, profile] : plan.profiles) {
        for (const plan::Reserve& reserve : profile->reserves) {
            if (reserve.name == name) {
                memory = std::min(memory, reserve.memory);
                cpu = std::min(cpu, reserve.millicpus);
            }
        }
    }
    std::string key(name);
    std::ranges::replace(key, '-', '_');
    values[key + "_memory"] = mebibytes(memory);
    values[key + "_cpu"] = millicpus(cpu);
}

void add_workload(const plan::Workload& workload, Values& values) {
    std::string key = workload.name;
    std::ranges::replace(key, '-', '_');
    values[key + "_replicas"] = workload.replicas;
    values[key + "_cpu"] = millicpus(workload.cpu_millis);
    values[key + "_memory"] = mebibytes(workload.memory);
}

} // namespace

Values values_of(const plan::Plan& plan) {
    const HostPort api = split_url(plan.api_server);
    Values values{
        {"api_host", api.host},
        {"api_port", api.port},
        {"apps_memory", mebibytes(untainted_memory(plan))},
        {"calico_version", plan::calico_version},
        {"dns_ip", net::to_string(plan.dns_ip)},
        {"domain", plan.domain},
        {"homelab", plan.homelab},
        {"kubernetes_version", plan.kubernetes_version},
        {"mtu", plan.mtu.bytes},
        {"pods", net::to_string(plan.pods)},
        {"service_ip", net::to_string(plan.service_ip)},
        {"services", net::to_string(plan.services)},
        {"vxlan_mode", vxlan_mode(plan.encapsulation)},
    };
    add_daemon(plan, "calico-node", values);
    for (const plan::Workload& workload : plan.workloads) {
        if (workload.space == "kube-system") {
            add_workload(workload, values);
        }
    }
    return values;
}

bool has_addon(const plan::Plan& plan, std::string_view addon) {
    if (addon == "database") {
        return !plan.database.empty();
    }
    if (addon != "dr" && addon != "fence") {
        return true;
    }
    // Rights for whom a certificate is issued, and for nobody else.
    const std::string suffix = fmt::format("/{}", addon);
    return std::ranges::any_of(plan.trust.certificates, [&](const pki::CertificateSpec& spec) {
        return spec.name.ends_with(suffix);
    });
}

} // namespace ducksnest::manifests
