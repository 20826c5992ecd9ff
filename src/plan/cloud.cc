#include "plan/cloud.h"

#include "base/assert.h"
#include "base/text.h"
#include "plan/context.h"
#include "plan/cost.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::plan {
namespace {

/// The smallest network that AWS takes has a prefix of 28 ("VPC CIDR blocks", Amazon VPC User
/// Guide), also for a subnet.
constexpr int longest_network_prefix = 27;
constexpr std::int64_t slot_root_gib = 30;
/// Long enough to notice that something was deleted, short enough to pay little for garbage.
constexpr std::int64_t cache_noncurrent_days = 7;
constexpr std::int64_t logs_noncurrent_days = 7;
constexpr model::MicroUsd micro = 1'000'000;
constexpr std::int64_t hours_of_a_month = 730;
/// For a machine whose price nobody knows: above every type up to xlarge.
constexpr model::MicroUsd unknown_hourly = 200'000;
/// More traffic, a larger cache, another rate of tax: no reason for an alarm.
constexpr std::int64_t headroom_percent = 25;
constexpr model::MicroUsd headroom_min = 5 * micro;

/// Any half; the two are of one size.
net::Cidr half(const net::Cidr& network, std::uint32_t which) {
    const net::Cidr first{network.address, network.prefix + 1};
    return which == 0
               ? first
               : net::Cidr{network.at(static_cast<std::uint32_t>(first.size())), first.prefix};
}

std::string subnet_of(const std::array<Subnet, 2>& subnets, const net::Address& address) {
    return (subnets[1].cidr.contains(address) ? subnets[1] : subnets[0]).name;
}

model::Architecture architecture_of(const std::string& instance) {
    const std::optional<model::Instance> known = model::find_instance(instance);
    return known ? known->architecture : model::Architecture::x86_64;
}

std::vector<CloudInstance> instances_of(
    const Context& context, const model::Site& site, const std::array<Subnet, 2>& subnets
) {
    std::vector<CloudInstance> instances;
    for (const Machine& machine : context.machines) {
        if (machine.site->name != site.name) {
            continue;
        }
        const model::Node& node = *machine.node;
        const std::string instance = node.instance ? **node.instance : std::string();
        instances.push_back({
            .name = node.name,
            .role = *node.role,
            .address = machine.address,
            .subnet = subnet_of(subnets, machine.address),
            .instance = instance,
            .architecture = architecture_of(instance),
            .root_gib = (*node.disk + 1023) / 1024,
        });
    }
    return instances;
}

std::vector<StandbySlot>
slots_of(const model::DisasterRecovery& dr, const std::array<Subnet, 2>& subnets) {
    std::vector<StandbySlot> slots;
    for (std::int64_t i = 0; i < *dr.max_replacements; ++i) {
        // One after the other in turn: what one zone has sold out the other may have.
        slots.push_back({
            .name = fmt::format("standby-{}", i + 1),
            .subnet = subnets.at(static_cast<std::size_t>(i % 2)).name,
            .root_gib = slot_root_gib,
        });
    }
    return slots;
}

std::vector<Bucket> buckets_of(const model::Homelab& homelab) {
    std::vector<Bucket> buckets;
    if (homelab.database && homelab.database->bucket) {
        buckets.push_back({
            .purpose = BucketPurpose::backups,
            .name = **homelab.database->bucket,
            .noncurrent_days = *homelab.database->retention_days,
        });
    }
    if (homelab.cache) {
        buckets.push_back({
            .purpose = BucketPurpose::cache,
            .name = *homelab.cache->bucket,
            .noncurrent_days = cache_noncurrent_days,
        });
    }
    if (homelab.logs) {
        buckets.push_back({
            .purpose = BucketPurpose::logs,
            .name = *homelab.logs->bucket,
            .expire_days = *homelab.logs->retention_days,
            .noncurrent_days = logs_noncurrent_days,
        });
    }
    return buckets;
}

/// What a month costs while nothing is wrong, some room, and what disaster recovery may spend.
std::int64_t monthly_limit(const model::Homelab& homelab, const Cloud& cloud) {
    const Cost cost = estimate_cost(homelab, cloud);
    const auto machines = static_cast<model::MicroUsd>(cloud.instances.size());
    const model::MicroUsd expected =
        cost.is_complete ? cost.monthly
                         : cost.monthly + machines * unknown_hourly * hours_of_a_month;
    const model::MicroUsd headroom = std::max(expected * headroom_percent / 100, headroom_min);
    const model::MicroUsd replacements = homelab.dr ? *homelab.dr->monthly_budget : 0;
    return (expected + headroom + replacements + micro - 1) / micro;
}

const model::Site* aws_site(const model::Homelab& homelab) {
    const auto at = std::ranges::find(homelab.sites, model::Provider::aws, &model::Site::provider);
    return at == homelab.sites.end() ? nullptr : &*at;
}

} // namespace

std::optional<Cloud> plan_cloud(const Context& context) {
    const model::Homelab& homelab = *context.homelab;
    const model::Site* site = aws_site(homelab);
    if (site == nullptr || !site->region || site->cidr->prefix > longest_network_prefix) {
        return std::nullopt;
    }
    Cloud cloud{
        .site = site->name,
        .region = **site->region,
        .network = *site->cidr,
        .subnets = halves(*site->cidr),
        .buckets = buckets_of(homelab),
        .state =
            {.bucket =
                 site->state_bucket ? **site->state_bucket : *homelab.name + "-terraform-state",
             .key = *homelab.name + "/terraform.tfstate"},
    };
    cloud.instances = instances_of(context, *site, cloud.subnets);
    if (homelab.dr && *homelab.dr->site == site->name) {
        cloud.slots = slots_of(*homelab.dr, cloud.subnets);
        for (const model::Offer& offer : homelab.dr->offers) {
            cloud.offers.push_back(*offer.instance);
        }
    }
    if (!cloud.offers.empty()) {
        cloud.offers_architecture = architecture_of(cloud.offers.front());
    }
    if (homelab.gitops) {
        if (auto repository = github_repository(*homelab.gitops->repository)) {
            cloud.github = {.repository = std::move(*repository), .branch = "main"};
        }
    }
    cloud.monthly_limit_usd = monthly_limit(homelab, cloud);
    return cloud;
}

std::array<Subnet, 2> halves(const net::Cidr& network) {
    ASSERT(network.address.family == net::Family::v4 && network.prefix <= longest_network_prefix);
    return {Subnet{"a", half(network, 0)}, Subnet{"b", half(network, 1)}};
}

bool is_kept_by_aws(const net::Cidr& network, const net::Address& address) {
    for (const Subnet& subnet : halves(network)) {
        if (subnet.cidr.contains(address)) {
            const std::uint32_t offset = address.to_v4() - subnet.cidr.address.to_v4();
            return offset < 4 || offset == subnet.cidr.size() - 1;
        }
    }
    return false;
}

std::optional<std::string> github_repository(std::string_view url) {
    for (const std::string_view prefix :
         {"https://github.com/", "ssh://git@github.com/", "git@github.com:"}) {
        if (!url.starts_with(prefix)) {
            continue;
        }
        std::string_view path = url.substr(prefix.size());
        for (const std::string_view ending : {"/", ".git"}) {
            if (path.ends_with(ending)) {
                path.remove_suffix(ending.size());
            }
        }
        const std::vector<std::string_view> parts = split(path, '/');
        const bool good = parts.size() == 2 && std::ranges::all_of(parts, [](auto part) {
                              return !part.empty() && part.find('*') == std::string_view::npos;
                          });
        return good ? std::optional(std::string(path)) : std::nullopt;
    }
    return std::nullopt;
}

std::string host_key_secret(std::string_view homelab, std::string_view node) {
    return fmt::format("{}/hosts/{}/ssh-host-key", homelab, node);
}

std::string tailnet_key_secret(std::string_view homelab, std::string_view node) {
    return fmt::format("{}/hosts/{}/tailnet-key", homelab, node);
}

std::string_view to_string(BucketPurpose purpose) {
    switch (purpose) {
    case BucketPurpose::backups:
        return "backups";
    case BucketPurpose::cache:
        return "cache";
    case BucketPurpose::logs:
        return "logs";
    }
    return "";
}

} // namespace ducksnest::plan
