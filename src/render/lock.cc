#include "render/lock.h"

#include "render/json_stream.h"
#include "render/node_json.h"
#include "render/parts.h"

namespace ducksnest::render {
namespace {

void write_profile(JsonStream& json, const plan::Profile& profile) {
    json.begin_object();
    write_files(json, profile.files, {});
    write_list(json, "firewall", profile.firewall);
    write_list(json, "kernel_modules", profile.kernel_modules);
    write_list(json, "reserves", profile.reserves);
    json.member("start_order", profile.start_order);
    write_list(json, "sysctls", profile.sysctls);
    write_units(json, profile.units, {});
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
    // Measured on generated homelabs: 8.3 KiB a node and 30 KiB a profile.
    out.reserve(plan.nodes.size() * 9216 + plan.profiles.size() * 32768);
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
        write_node(json, plan, node, Detail::own);
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
