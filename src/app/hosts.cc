#include "app/hosts.h"

#include "age/age.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ducksnest::app {

std::vector<CloudHost> cloud_hosts(const model::Homelab& homelab) {
    std::vector<CloudHost> hosts;
    const auto region_of = [&](const std::string& site_name) {
        const model::Site* site = homelab.find_site(site_name);
        const bool is_cloud = site != nullptr && site->provider == model::Provider::aws;
        return is_cloud && site->region ? **site->region : std::string();
    };
    for (const model::Node& node : homelab.nodes) {
        std::string region = region_of(*node.site);
        if (!region.empty()) {
            std::optional<std::string> key;
            if (node.host_key) {
                key = **node.host_key;
            }
            hosts.push_back({.name = node.name, .region = std::move(region), .host_key = key});
        }
    }
    if (homelab.dr) {
        const std::string region = region_of(*homelab.dr->site);
        for (std::int64_t number = 1; number <= *homelab.dr->max_replacements; ++number) {
            hosts.push_back(
                {.name = fmt::format("standby-{}", number), .region = region, .is_slot = true}
            );
        }
    }
    return hosts;
}

Result<std::vector<CloudHost>> chosen_hosts(Context& context, const model::Homelab& homelab) {
    std::vector<CloudHost> all = cloud_hosts(homelab);
    if (all.empty()) {
        return fail(
            ErrorCode::not_found,
            fmt::format("the homelab `{}` has no machine in a cloud", *homelab.name),
            "machines of your own make their host keys themselves"
        );
    }
    const std::vector<std::string> wanted = context.arguments().all("NODE");
    if (wanted.empty()) {
        return all;
    }
    std::vector<CloudHost> chosen;
    for (const std::string& name : wanted) {
        const auto found = std::ranges::find(all, name, &CloudHost::name);
        if (found != all.end()) {
            chosen.push_back(*found);
            continue;
        }
        std::vector<std::string> names;
        names.reserve(all.size());
        for (const CloudHost& host : all) {
            names.push_back(host.name);
        }
        return fail(
            ErrorCode::not_found,
            homelab.find_node(name) == nullptr
                ? fmt::format("no machine is called `{}`", name)
                : fmt::format("the node `{}` is not in a cloud", name),
            fmt::format("one of {}", join(names, ", "))
        );
    }
    return chosen;
}

std::string secret_name(std::string_view homelab, std::string_view host, HostSecret kind) {
    const bool is_ssh = kind == HostSecret::ssh_host_key;
    return fmt::format("{}/hosts/{}/{}", homelab, host, is_ssh ? "ssh-host-key" : "tailnet-key");
}

bool is_same_key(std::string_view a, std::string_view b) {
    const Result<age::Recipient> one = age::Recipient::parse(a);
    const Result<age::Recipient> other = age::Recipient::parse(b);
    return one && other && *one == *other;
}

Result<SecretValues*> RegionalSecrets::of(const std::string& region) {
    std::unique_ptr<SecretValues>& secrets = opened_[region];
    if (secrets == nullptr) {
        secrets = TRY(context_.open_secret_values(region));
    }
    return secrets.get();
}

} // namespace ducksnest::app
