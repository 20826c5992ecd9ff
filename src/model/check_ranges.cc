#include "model/check_parts.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace ducksnest::model {
namespace {

struct Range {
    std::string name{};
    Spanned<net::Cidr> cidr{};
};

struct Block {
    std::string_view cidr{};
    std::string_view what{};
};

/// Blocks that no interface of a network can have (RFC 6890, RFC 5771).
constexpr std::array<Block, 5> unusable = {{
    {"0.0.0.0/8", "\"this network\""},
    {"127.0.0.0/8", "loopback"},
    {"169.254.0.0/16", "link-local"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved"},
}};

/// Addresses that never belong to somebody else on the internet (RFC 1918, RFC 6598).
constexpr std::array<std::string_view, 4> private_blocks = {
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"
};

/// Calico gives a node blocks of this many pod addresses (IPAM blockSize /26).
constexpr std::uint64_t block_addresses = 64;

net::Cidr known(std::string_view text) {
    return *net::parse_cidr(text);
}

std::vector<Range> ranges_of(const Homelab& homelab) {
    std::vector<Range> ranges = {
        {"network.pods", homelab.network.pods},
        {"network.services", homelab.network.services},
        {"network.tailnet", homelab.network.tailnet},
    };
    for (const Site& site : homelab.sites) {
        ranges.push_back({fmt::format("sites.{}", site.name), site.cidr});
    }
    return ranges;
}

bool is_v4(const Range& range) {
    return range.cidr->address.family == net::Family::v4;
}

/// Whether this range may be used at all.
void check_kind(const Range& range, Diagnostics& out) {
    const net::Cidr& cidr = *range.cidr;
    if (!is_v4(range)) {
        out.push_back({
            .code = "E0303",
            .message =
                fmt::format("`{}` is IPv6, which the cluster network does not use", range.name),
            .primary = {range.cidr.span, "an IPv6 network"},
            .help = {"give it an IPv4 network like `10.20.0.0/16`"},
        });
        return;
    }
    for (const Block& block : unusable) {
        if (known(block.cidr).overlaps(cidr)) {
            out.push_back({
                .code = "E0302",
                .message = fmt::format(
                    "`{}` is {}, part of which is {} ({})",
                    range.name,
                    to_string(cidr),
                    block.what,
                    block.cidr
                ),
                .primary = {range.cidr.span, "not usable"},
                .help = {"use a private network of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"},
            });
            return;
        }
    }
    const bool is_private = std::ranges::any_of(private_blocks, [&](std::string_view block) {
        return known(block).contains(cidr);
    });
    if (!is_private) {
        out.push_back({
            .severity = diag::Severity::warning,
            .code = "W0301",
            .message = fmt::format("`{}` is {}, which is not private", range.name, to_string(cidr)),
            .primary = {range.cidr.span, "addresses of the internet"},
            .help = {"nodes will not reach the machines that own these addresses; "
                     "use 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"},
        });
    }
}

/// Two networks either nest or are apart, so sorted by address every overlap is with a network on a
/// stack of enclosing ones: n log n, plus the overlaps found.
void check_overlaps(std::vector<Range> ranges, Diagnostics& out) {
    std::erase_if(ranges, [](const Range& range) { return !is_v4(range); });
    std::ranges::sort(ranges, [](const Range& a, const Range& b) {
        return std::tie(*a.cidr, a.name) < std::tie(*b.cidr, b.name);
    });
    std::vector<const Range*> enclosing;
    for (const Range& range : ranges) {
        while (!enclosing.empty() && !enclosing.back()->cidr->contains(range.cidr->address)) {
            enclosing.pop_back();
        }
        for (const Range* outer : enclosing) {
            const bool outer_later = outer->cidr.span > range.cidr.span;
            const Range& later = outer_later ? *outer : range;
            const Range& earlier = outer_later ? range : *outer;
            out.push_back({
                .code = "E0301",
                .message = fmt::format(
                    "`{}` {} overlaps `{}` {}",
                    later.name,
                    to_string(*later.cidr),
                    earlier.name,
                    to_string(*earlier.cidr)
                ),
                .primary = {later.cidr.span, fmt::format("overlaps `{}`", earlier.name)},
                .notes =
                    {{fmt::format("`{}` is {} here", earlier.name, to_string(*earlier.cidr)),
                      {earlier.cidr.span, ""}}},
                .help = {"an address must belong to one network only; move one of the two"},
            });
        }
        enclosing.push_back(&range);
    }
}

/// Tailscale drops packets from 100.64.0.0/10 that do not arrive on its own interface
/// (util/linuxfw), so no other network may live there.
void check_tailnet(const Homelab& homelab, const std::vector<Range>& ranges, Diagnostics& out) {
    const net::Cidr shared = known("100.64.0.0/10");
    const net::Cidr& tailnet = *homelab.network.tailnet;
    if (homelab.network.tailnet->address.family == net::Family::v4 && !shared.contains(tailnet)) {
        out.push_back({
            .code = "E0305",
            .message =
                fmt::format("`network.tailnet` {} is outside of 100.64.0.0/10", to_string(tailnet)),
            .primary = {homelab.network.tailnet.span, "no Tailscale addresses"},
            .help = {"Tailscale takes its addresses from 100.64.0.0/10; delete the key to use that"
            },
        });
    }
    for (const Range& range : ranges) {
        const bool reported =
            range.name == "network.tailnet" || !is_v4(range) || range.cidr->overlaps(tailnet);
        if (!reported && range.cidr->overlaps(shared)) {
            out.push_back({
                .code = "E0305",
                .message = fmt::format(
                    "`{}` {} lies in 100.64.0.0/10", range.name, to_string(*range.cidr)
                ),
                .primary = {range.cidr.span, "belongs to Tailscale"},
                .help = {"Tailscale drops packets from 100.64.0.0/10 on other interfaces; use "
                         "another network"},
            });
        }
    }
}

void too_small(const Range& range, const std::string& need, Diagnostics& out) {
    out.push_back({
        .code = "E0304",
        .message =
            fmt::format("`{}` {} is too small: {}", range.name, to_string(*range.cidr), need),
        .primary = {range.cidr.span, "too small"},
        .help = {"use a shorter prefix length"},
    });
}

void check_cluster_sizes(
    const Homelab& homelab, const std::vector<Range>& ranges, Diagnostics& out
) {
    const Range& pods = ranges[0];
    const Range& services = ranges[1];
    const std::uint64_t rented =
        homelab.dr ? static_cast<std::uint64_t>(*homelab.dr->max_replacements) : 0;
    const std::uint64_t machines = homelab.nodes.size() + rented;
    if (is_v4(pods) && pods.cidr->size() / block_addresses < machines) {
        too_small(
            pods,
            fmt::format(
                "{} machines need {} blocks of 64 addresses, it has {}",
                machines,
                machines,
                pods.cidr->size() / block_addresses
            ),
            out
        );
    }
    if (is_v4(services) && services.cidr->prefix > 27) {
        too_small(services, "Kubernetes and its DNS alone need a /27", out);
    }
    if (is_v4(services) && services.cidr->prefix < 12) {
        out.push_back({
            .code = "E0302",
            .message = fmt::format("`network.services` {} is too large", to_string(*services.cidr)),
            .primary = {services.cidr.span, "more than 2^20 addresses"},
            .help = {"kube-apiserver takes at most a /12"},
        });
    }
}

/// Addresses that no node can have: the network's and the broadcast address, and the gateway. AWS
/// keeps five of every subnet and takes VPCs from /16 to /28.
void check_site_sizes(const Homelab& homelab, const std::vector<Range>& ranges, Diagnostics& out) {
    std::map<std::string_view, std::uint64_t> machines;
    for (const Node& node : homelab.nodes) {
        ++machines[*node.site];
    }
    if (homelab.dr) {
        machines[*homelab.dr->site] += static_cast<std::uint64_t>(*homelab.dr->max_replacements);
    }
    for (std::size_t i = 0; i < homelab.sites.size(); ++i) {
        const Site& site = homelab.sites[i];
        const Range& range = ranges[3 + i];
        if (!is_v4(range)) {
            continue;
        }
        const bool aws = site.provider == Provider::aws;
        if (aws && (range.cidr->prefix < 16 || range.cidr->prefix > 28)) {
            out.push_back({
                .code = "E0302",
                .message =
                    fmt::format("`{}` {} cannot be a VPC", range.name, to_string(*range.cidr)),
                .primary = {range.cidr.span, "AWS takes /16 to /28"},
                .help = {fmt::format("did you mean `{}/16`?", to_string(range.cidr->address))},
            });
            continue;
        }
        const std::uint64_t kept = aws ? 5 : 3;
        const std::uint64_t usable = range.cidr->size() > kept ? range.cidr->size() - kept : 0;
        if (usable < machines[site.name]) {
            too_small(
                range, fmt::format("{} machines, room for {}", machines[site.name], usable), out
            );
        }
    }
}

} // namespace

void check_ranges(const Homelab& homelab, Diagnostics& out) {
    const std::vector<Range> ranges = ranges_of(homelab);
    for (const Range& range : ranges) {
        check_kind(range, out);
    }
    check_overlaps(ranges, out);
    check_tailnet(homelab, ranges, out);
    check_cluster_sizes(homelab, ranges, out);
    check_site_sizes(homelab, ranges, out);
}

} // namespace ducksnest::model
