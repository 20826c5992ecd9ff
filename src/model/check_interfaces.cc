#include "diag/secrets.h"
#include "model/check_parts.h"
#include "model/glob.h"

#include <algorithm>
#include <array>
#include <set>

namespace ducksnest::model {
namespace {

/// Linux: IFNAMSIZ is 16 with the final zero; no slash, colon or white space (dev_valid_name).
constexpr std::size_t name_max = 15;

/// Interfaces that carry pods or tunnels: their addresses are never a node's own.
constexpr std::array<std::string_view, 8> foreign = {
    "tailscale0",
    "lo",
    "cali0123456789a",
    "vxlan.calico",
    "tunl0",
    "docker0",
    "cni0",
    "kube-ipvs0",
};

/// What an EC2 instance on Nitro or Xen has.
constexpr std::array<std::string_view, 4> aws_names = {"ens5", "ens6", "eth0", "enX0"};

/// `wlan.*` and `^wl` are regular expressions; we take globs. Empty when it does not look like one.
std::string glob_of_expression(std::string_view pattern) {
    if (pattern.find_first_of("^$()|+\\[]{}") == std::string_view::npos &&
        !pattern.contains(".*")) {
        return {};
    }
    std::string glob;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern.substr(i).starts_with(".*")) {
            glob += '*';
            ++i;
        } else if (std::string_view("^$()|+\\[]{}").contains(pattern[i])) {
            continue;
        } else {
            glob += pattern[i];
        }
    }
    return glob.empty() ? "wlan*" : glob;
}

bool can_be_name(std::string_view pattern) {
    const auto fixed =
        static_cast<std::size_t>(std::ranges::count_if(pattern, [](char c) { return c != '*'; }));
    return fixed <= name_max && pattern.find_first_of(" \t/:") == std::string_view::npos;
}

/// True when the pattern is good so far.
bool check_pattern(const Spanned<std::string>& pattern, std::string_view owner, Diagnostics& out) {
    const auto cannot_match = [&](std::string label, std::string help) {
        out.push_back({
            .code = "E0309",
            .message =
                fmt::format("no interface of `{}` can match {}", owner, diag::quoted(*pattern)),
            .primary = {pattern.span, std::move(label)},
            .help = {std::move(help)},
        });
        return false;
    };
    if (const std::string glob = glob_of_expression(*pattern); !glob.empty()) {
        return cannot_match(
            "a regular expression",
            fmt::format("it is a glob as the shell has them: did you mean {}?", diag::quoted(glob))
        );
    }
    if (!can_be_name(*pattern)) {
        return cannot_match(
            "no name of an interface",
            "names have at most 15 characters and no space, slash or colon"
        );
    }
    const auto hit = std::ranges::find_if(foreign, [&](std::string_view name) {
        return matches_glob(*pattern, name);
    });
    if (hit != foreign.end()) {
        const std::string_view name = hit->starts_with("cali0") ? std::string_view("cali…") : *hit;
        out.push_back({
            .code = "E0308",
            .message = fmt::format(
                "{} matches `{}`, which cannot carry a node's address", diag::quoted(*pattern), name
            ),
            .primary = {pattern.span, fmt::format("matches `{}`", name)},
            .help = {"name the interface of the LAN or VPC, like `wlan*`, `en*` or `eth0`"},
        });
        return false;
    }
    return true;
}

/// A pattern is for the nodes that name no interface of their own; when all do, it should at least
/// agree with one of them.
void check_site(const Site& site, const std::set<std::string_view>& names, Diagnostics& out) {
    const Spanned<std::string>& pattern = *site.interface;
    const auto matches = [&](std::string_view name) { return matches_glob(*pattern, name); };
    if (site.provider == Provider::aws && std::ranges::none_of(aws_names, matches)) {
        out.push_back({
            .code = "E0309",
            .message =
                fmt::format("no interface of `{}` can match {}", site.name, diag::quoted(*pattern)),
            .primary = {pattern.span, "EC2 instances have `ens5`, `enX0` or `eth0`"},
            .help = {"delete it, or write `e*`"},
        });
    } else if (site.provider == Provider::own && !names.empty() &&
               std::ranges::none_of(names, matches)) {
        out.push_back({
            .code = "E0309",
            .message =
                fmt::format("no interface of `{}` can match {}", site.name, diag::quoted(*pattern)),
            .primary = {pattern.span, fmt::format("its nodes have `{}`", *names.begin())},
            .help = {fmt::format("write `interface = \"{}\"`, or delete the key", *names.begin())},
        });
    }
}

} // namespace

void check_interfaces(const Homelab& homelab, Diagnostics& out) {
    std::map<std::string_view, std::set<std::string_view>> names;
    std::set<std::string_view> waiting; ///< Sites with a node that relies on the pattern.
    for (const Node& node : homelab.nodes) {
        if (!node.interface) {
            waiting.insert(*node.site);
        } else if (check_pattern(*node.interface, node.name, out)) {
            names[*node.site].insert(**node.interface);
        }
    }
    for (const Site& site : homelab.sites) {
        if (site.interface && check_pattern(*site.interface, site.name, out)) {
            const bool all_named = !waiting.contains(site.name);
            check_site(site, all_named ? names[site.name] : std::set<std::string_view>(), out);
        }
    }
}

} // namespace ducksnest::model
