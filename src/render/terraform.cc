#include "render/terraform.h"

#include "render/json_stream.h"

#include <array>
#include <string_view>
#include <utility>

namespace ducksnest::render {

/// Written by ducksnest_embed: path below `terraform/`, and text.
extern const std::
    array<std::pair<std::string_view, std::string_view>, DUCKSNEST_TERRAFORM_FILE_COUNT>
        terraform_module;

namespace {

constexpr std::string_view folder = "terraform/";

std::string_view to_text(model::Architecture architecture) {
    return architecture == model::Architecture::arm64 ? "arm64" : "x86_64";
}

void write_buckets(JsonStream& json, const plan::Cloud& cloud) {
    json.begin_object();
    for (const plan::Bucket& bucket : cloud.buckets) {
        json.key(plan::to_string(bucket.purpose));
        json.begin_object();
        json.optional_member("expire_days", bucket.expire_days);
        json.member("name", bucket.name);
        json.member("noncurrent_days", bucket.noncurrent_days);
        json.end_object();
    }
    json.end_object();
}

void write_github(JsonStream& json, const plan::Cloud& cloud) {
    if (!cloud.github) {
        json.null();
        return;
    }
    json.begin_object();
    json.member("branch", cloud.github->branch);
    json.member("repository", cloud.github->repository);
    json.end_object();
}

void write_instances(JsonStream& json, const plan::Cloud& cloud) {
    json.begin_object();
    for (const plan::CloudInstance& instance : cloud.instances) {
        json.key(instance.name);
        json.begin_object();
        json.member("address", net::to_string(instance.address));
        json.member("architecture", to_text(instance.architecture));
        json.member("role", model::to_string(instance.role));
        json.member("root_gib", instance.root_gib);
        json.member("subnet", instance.subnet);
        json.member("type", instance.instance);
        json.end_object();
    }
    json.end_object();
}

void write_network(JsonStream& json, const plan::Cloud& cloud) {
    json.begin_object();
    json.member("cidr", net::to_string(cloud.network));
    json.key("subnets");
    json.begin_object();
    for (const plan::Subnet& subnet : cloud.subnets) {
        json.member(subnet.name, net::to_string(subnet.cidr));
    }
    json.end_object();
    json.end_object();
}

void write_standby(JsonStream& json, const plan::Cloud& cloud) {
    json.begin_object();
    json.member("architecture", to_text(cloud.offers_architecture));
    json.key("slots");
    json.begin_object();
    for (const plan::StandbySlot& slot : cloud.slots) {
        json.key(slot.name);
        json.begin_object();
        json.member("root_gib", slot.root_gib);
        json.member("subnet", slot.subnet);
        json.end_object();
    }
    json.end_object();
    json.member("types", cloud.offers);
    json.end_object();
}

std::string variables(const plan::Plan& plan, const plan::Cloud& cloud) {
    std::string out;
    JsonStream json(out);
    json.begin_object();
    json.key("buckets");
    write_buckets(json, cloud);
    json.optional_member(
        "cache_public_key", plan.cache ? plan.cache->public_key : std::optional<std::string>()
    );
    json.key("github");
    write_github(json, cloud);
    json.member("homelab", plan.homelab);
    json.key("instances");
    write_instances(json, cloud);
    json.member("monthly_limit_usd", cloud.monthly_limit_usd);
    json.key("network");
    write_network(json, cloud);
    json.member("region", cloud.region);
    json.key("standby");
    write_standby(json, cloud);
    json.key("state");
    json.begin_object();
    json.member("bucket", cloud.state.bucket);
    json.member("key", cloud.state.key);
    json.end_object();
    json.end_object();
    return out;
}

/// Terraform reads *.tf.json as it reads *.tf, and takes no variables in a backend.
std::string backend(const plan::Cloud& cloud) {
    const Json settings = Json::object(
        {{"bucket", cloud.state.bucket},
         {"encrypt", true},
         {"key", cloud.state.key},
         {"region", cloud.region},
         {"use_lockfile", true}}
    );
    return Json::object(
               {{"terraform", Json::object({{"backend", Json::object({{"s3", settings}})}})}}
    ).dump_pretty();
}

void add(Tree& tree, std::string_view name, std::string_view text) {
    tree.emplace(std::string(folder) + std::string(name), TreeFile{.bytes = to_bytes(text)});
}

} // namespace

void add_terraform(const plan::Plan& plan, Tree& tree) {
    if (!plan.cloud) {
        return;
    }
    for (const auto& [name, text] : terraform_module) {
        add(tree, name, text);
    }
    add(tree, "backend.tf.json", backend(*plan.cloud));
    add(tree, "homelab.auto.tfvars.json", variables(plan, *plan.cloud));
}

} // namespace ducksnest::render
