#include "app/new_homelab.h"

#include "age/age.h"
#include "app/templates.h"
#include "render/template.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace ducksnest::app {
namespace {

/// RFC 1123 section 2.1.
constexpr std::size_t label_length_max = 63;

net::Cidr network(std::string_view text) {
    return net::parse_cidr(text).value();
}

/// The first candidate that overlaps neither of two networks; the last one when all do, and then
/// `check` says so.
template <std::size_t size>
net::Cidr free_network(
    const std::array<std::string_view, size>& candidates,
    const net::Cidr& taken,
    const net::Cidr& also_taken
) {
    for (const std::string_view candidate : candidates) {
        const net::Cidr found = network(candidate);
        if (!found.overlaps(taken) && !found.overlaps(also_taken)) {
            return found;
        }
    }
    return network(candidates.back());
}

net::Cidr network_around(const net::Address& address, int prefix) {
    const std::uint32_t mask = ~std::uint32_t{0} << (32 - prefix);
    return {.address = net::Address::v4(address.to_v4() & mask), .prefix = prefix};
}

/// A LAN needs room for more machines; what is smaller is a point-to-point link of a cloud.
int lan_prefix(int prefix) {
    return prefix >= 8 && prefix <= 28 ? prefix : 24;
}

/// The interface that leads out, or else the first one that is no loopback and no tunnel.
const InterfaceFact* main_interface(const MachineFacts& facts) {
    const auto leads_out =
        std::ranges::find_if(facts.interfaces, &InterfaceFact::has_default_route);
    if (leads_out != facts.interfaces.end()) {
        return &*leads_out;
    }
    const auto usable = std::ranges::find_if(facts.interfaces, [](const InterfaceFact& each) {
        return each.name != "lo" && !each.name.starts_with("tailscale") &&
               !each.name.starts_with("docker") && !each.name.starts_with("veth");
    });
    return usable == facts.interfaces.end() ? nullptr : &*usable;
}

/// systemd's names carry the slot, "wlp2s0": what other machines share is the kind.
std::string pattern_of(const std::string& interface) {
    for (const std::string_view kind : {"wlan", "eth", "wl", "en"}) {
        if (interface.starts_with(kind)) {
            return std::string(kind) + "*";
        }
    }
    return interface;
}

std::vector<std::string> usable_operators(const std::vector<std::string>& keys) {
    std::vector<std::string> usable;
    std::ranges::copy_if(keys, std::back_inserter(usable), [](const std::string& key) {
        return age::Recipient::parse(key).has_value();
    });
    return usable;
}

std::vector<std::string> hardware_lines(const MachineFacts& facts) {
    std::vector<std::string> lines;
    lines.push_back(
        fmt::format("boot = {}", render::toml_string(facts.boots_uefi ? "uefi" : "bios"))
    );
    if (!facts.cpu_model.empty()) {
        lines.push_back(fmt::format("cpu_model = {}", render::toml_string(facts.cpu_model)));
    }
    lines.push_back(fmt::format("cpus = {}", std::max<std::int64_t>(1, facts.cpus)));
    lines.push_back(
        fmt::format("memory = {}", render::toml_string(size_text(facts.memory_mebibytes)))
    );
    lines.push_back(fmt::format("disk = {}", render::toml_string(size_text(facts.disk_mebibytes))));
    if (age::Recipient::parse(facts.host_key).has_value()) {
        lines.push_back(fmt::format("host_key = {}", render::toml_string(facts.host_key)));
    } else {
        lines.emplace_back("# Printed by `cat /etc/ssh/ssh_host_ed25519_key.pub` on the machine:");
        lines.emplace_back("# host_key = \"ssh-ed25519 AAAA…\"");
    }
    return lines;
}

} // namespace

void set_lan(NewHomelab& homelab, const net::Cidr& lan) {
    static constexpr std::array<std::string_view, 4> pods = {
        "10.244.0.0/16", "10.42.0.0/16", "172.20.0.0/16", "192.168.128.0/17"
    };
    static constexpr std::array<std::string_view, 4> services = {
        "10.96.0.0/12", "10.43.0.0/16", "172.30.0.0/16", "192.168.64.0/18"
    };
    homelab.lan = lan;
    homelab.pods = free_network(pods, lan, lan);
    homelab.services = free_network(services, lan, homelab.pods);
}

NewHomelab guess_homelab(const MachineFacts& facts, std::string_view name) {
    NewHomelab homelab;
    homelab.name = dns_label(name, "homelab");
    homelab.timezone = facts.timezone.empty() ? "Etc/UTC" : facts.timezone;
    homelab.operators = usable_operators(facts.operator_keys);
    const std::string_view host = facts.host_name;
    homelab.node = dns_label(host.substr(0, host.find('.')), "node-1");
    const InterfaceFact* interface = main_interface(facts);
    const auto address =
        net::parse_address(interface == nullptr ? "192.168.0.10" : interface->address);
    homelab.address = address.value_or(net::Address::v4(0xC0A8000A)); // 192.168.0.10
    homelab.interface = interface == nullptr ? "eth0" : interface->name;
    homelab.interface_pattern = pattern_of(homelab.interface);
    const int prefix = lan_prefix(interface == nullptr ? 24 : interface->prefix);
    set_lan(homelab, network_around(homelab.address, prefix));
    homelab.hardware = hardware_lines(facts);
    return homelab;
}

std::string dns_label(std::string_view text, std::string_view fallback) {
    std::string label;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
            label += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        } else if (!label.empty() && label.back() != '-') {
            label += '-';
        }
    }
    label.resize(std::min(label.size(), label_length_max));
    while (label.ends_with('-')) {
        label.pop_back();
    }
    return label.empty() ? std::string(fallback) : label;
}

std::string size_text(std::int64_t mebibytes) {
    constexpr std::int64_t gibibyte = 1024;
    if (mebibytes < gibibyte) {
        return fmt::format("{}MiB", std::max<std::int64_t>(1, mebibytes));
    }
    const std::int64_t tenths = mebibytes * 10 / gibibyte;
    return tenths % 10 == 0 ? fmt::format("{}GiB", tenths / 10)
                            : fmt::format("{}.{}GiB", tenths / 10, tenths % 10);
}

Tree lay_out(const NewHomelab& homelab, const std::string& file) {
    // An address for the example: the one after this machine's, or the one before at the end.
    const std::uint32_t own = homelab.address.to_v4();
    const net::Address next = net::Address::v4(own + 1);
    const net::Address after_next = net::Address::v4(own + 2);
    const net::Address neighbour =
        homelab.lan.contains(after_next) ? next : net::Address::v4(own - 1);
    const render::TemplateValues values{
        .texts =
            {{"name", homelab.name},
             {"timezone", homelab.timezone},
             {"lan", net::to_string(homelab.lan)},
             {"interface", homelab.interface_pattern},
             {"pods", net::to_string(homelab.pods)},
             {"services", net::to_string(homelab.services)},
             {"node", homelab.node},
             {"address", net::to_string(homelab.address)},
             {"node_interface", homelab.interface},
             {"neighbour", net::to_string(neighbour)}},
        .lists = {{"operators", homelab.operators}, {"hardware", homelab.hardware}},
    };
    return {
        {file, {.bytes = to_bytes(render::fill_template(templates::homelab_toml, values))}},
        {".gitignore", {.bytes = to_bytes(render::fill_template(templates::gitignore, values))}},
        {"README.md", {.bytes = to_bytes(render::fill_template(templates::README_md, values))}},
    };
}

} // namespace ducksnest::app
