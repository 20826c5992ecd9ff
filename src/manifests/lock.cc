#include "manifests/lock.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace ducksnest::manifests {
namespace {

constexpr std::string_view schema = "ducksnest.lock/1";

std::unexpected<Error> no_lock(std::string_view what) {
    return fail(
        ErrorCode::invalid,
        fmt::format("the lock has no `{}`", what),
        "write it anew with `ducksnest render`"
    );
}

Result<const Json*> member(const Json& json, std::string_view key) {
    const Json* found = json.find(key);
    return found == nullptr ? Result<const Json*>(no_lock(key)) : Result<const Json*>(found);
}

Result<std::string> text(const Json& json, std::string_view key) {
    const std::string* found = TRY(member(json, key))->as_string();
    return found == nullptr ? Result<std::string>(no_lock(key)) : Result<std::string>(*found);
}

Result<std::int64_t> number(const Json& json, std::string_view key) {
    const std::int64_t* found = TRY(member(json, key))->as_int();
    return found == nullptr ? Result<std::int64_t>(no_lock(key)) : Result<std::int64_t>(*found);
}

Result<model::Mebibytes> mebibytes(const Json& json, std::string_view key) {
    constexpr std::int64_t bytes_in_mebibyte = 1024L * 1024;
    return TRY(number(json, key)) / bytes_in_mebibyte;
}

Result<const Json::Array*> items(const Json& json, std::string_view key) {
    const Json::Array* found = TRY(member(json, key))->as_array();
    return found == nullptr ? Result<const Json::Array*>(no_lock(key))
                            : Result<const Json::Array*>(found);
}

Result<const Json::Object*> members(const Json& json, std::string_view key) {
    const Json::Object* found = TRY(member(json, key))->as_object();
    return found == nullptr ? Result<const Json::Object*>(no_lock(key))
                            : Result<const Json::Object*>(found);
}

Result<void> read_cluster(const Json& cluster, plan::Plan& plan) {
    plan.api_server = TRY(text(cluster, "api_server"));
    plan.dns_ip = TRY(net::parse_address(TRY(text(cluster, "dns_ip"))));
    plan.domain = TRY(text(cluster, "domain"));
    plan.encapsulation = TRY(text(cluster, "encapsulation"));
    plan.homelab = TRY(text(cluster, "name"));
    plan.kubernetes_version = TRY(text(cluster, "kubernetes_version"));
    plan.mtu.bytes = static_cast<int>(TRY(number(cluster, "mtu")));
    plan.pods = TRY(net::parse_cidr(TRY(text(cluster, "pods"))));
    plan.service_ip = TRY(net::parse_address(TRY(text(cluster, "service_ip"))));
    plan.services = TRY(net::parse_cidr(TRY(text(cluster, "services"))));
    return {};
}

Result<void> read_node(const std::string& name, const Json& json, plan::Plan& plan) {
    plan::NodePlan node;
    node.name = name;
    node.allocatable_memory = TRY(mebibytes(*TRY(member(json, "allocatable")), "memory_bytes"));
    // Only whether there are any decides anything here.
    node.taints.resize(TRY(items(json, "taints"))->size());
    for (const auto& [label, value] : *TRY(members(json, "labels"))) {
        node.labels.emplace(label, TRY(text(*TRY(member(json, "labels")), label)));
    }
    for (const auto& [certificate, ignored] : *TRY(members(json, "certificates"))) {
        pki::CertificateSpec spec;
        spec.name = fmt::format("nodes/{}/{}", name, certificate);
        plan.trust.certificates.push_back(std::move(spec));
    }
    plan.nodes.push_back(std::move(node));
    return {};
}

Result<void> read_profile(const std::string& name, const Json& json, plan::Plan& plan) {
    plan::Profile profile;
    profile.name = name;
    for (const Json& item : *TRY(items(json, "reserves"))) {
        plan::Reserve reserve;
        reserve.name = TRY(text(item, "name"));
        reserve.memory = TRY(mebibytes(item, "memory_bytes"));
        reserve.millicpus = TRY(number(item, "millicpus"));
        profile.reserves.push_back(std::move(reserve));
    }
    plan.profiles.emplace(name, plan::Shared(std::move(profile)));
    return {};
}

Result<void> read_workload(const Json& json, plan::Plan& plan) {
    plan.workloads.push_back(
        {.name = TRY(text(json, "name")),
         .space = TRY(text(json, "namespace")),
         .replicas = TRY(number(json, "replicas")),
         .cpu_millis = TRY(number(json, "millicpus")),
         .memory = TRY(mebibytes(json, "memory_bytes"))}
    );
    return {};
}

} // namespace

Result<plan::Plan> read_lock(const Json& lock) {
    if (const std::string found = text(lock, "schema").value_or("nothing"); found != schema) {
        return fail(
            ErrorCode::unsupported,
            fmt::format("the lock says `{}` where `{}` is expected", found, schema),
            "write it anew with `ducksnest render`"
        );
    }
    plan::Plan plan;
    TRY(read_cluster(*TRY(member(lock, "cluster")), plan));
    for (const auto& [name, profile] : *TRY(members(lock, "profiles"))) {
        TRY(read_profile(name, profile, plan).with(fmt::format("profile `{}`", name)));
    }
    for (const auto& [name, node] : *TRY(members(lock, "nodes"))) {
        TRY(read_node(name, node, plan).with(fmt::format("node `{}`", name)));
    }
    for (const Json& workload : *TRY(items(lock, "workloads"))) {
        TRY(read_workload(workload, plan).with("a workload"));
    }
    plan.database.resize(TRY(items(lock, "database"))->size());
    return plan;
}

} // namespace ducksnest::manifests
