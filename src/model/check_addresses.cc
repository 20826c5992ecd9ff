#include "model/check_parts.h"

#include <algorithm>

namespace ducksnest::model {
namespace {

/// Why no node can have this address of its site; empty when it can.
std::string reason_against(const Site& site, const net::Address& address) {
    const net::Cidr& cidr = *site.cidr;
    if (address.family != net::Family::v4 || cidr.prefix >= 31) {
        return {};
    }
    const std::uint32_t offset = address.to_v4() - cidr.address.to_v4();
    if (site.gateway && **site.gateway == address) {
        return "the gateway";
    }
    if (offset == 0) {
        return "the network's own address";
    }
    if (offset == cidr.size() - 1) {
        return "the broadcast address";
    }
    // VPC User Guide, "Subnet CIDR blocks": the first four addresses are the router, DNS and
    // spares.
    if (site.provider == Provider::aws && offset < 4) {
        return "kept by AWS";
    }
    return {};
}

void check_address(const Site& site, const Node& node, Diagnostics& out) {
    const Spanned<net::Address>& address = *node.address;
    if (!site.cidr->contains(*address)) {
        out.push_back({
            .code = "E0310",
            .message = fmt::format(
                "address {} of `{}` is outside of its site `{}`",
                to_string(*address),
                node.name,
                site.name
            ),
            .primary = {address.span, fmt::format("not in {}", to_string(*site.cidr))},
            .notes =
                {{fmt::format("`{}` is {} here", site.name, to_string(*site.cidr)),
                  {site.cidr.span, ""}}},
            .help = {"give it an address of its site, or name the site it really stands in"},
        });
        return;
    }
    const std::string reason = reason_against(site, *address);
    if (!reason.empty()) {
        out.push_back({
            .code = "E0311",
            .message =
                fmt::format("`{}` cannot have the address {}", node.name, to_string(*address)),
            .primary = {address.span, reason},
            .help = {"choose another one, or delete the key to have one planned"},
        });
        return;
    }
    const bool may_be_router = !site.gateway && site.provider == Provider::own &&
                               address->to_v4() - site.cidr->address.to_v4() == 1;
    if (may_be_router) {
        out.push_back({
            .severity = diag::Severity::warning,
            .code = "W0303",
            .message = fmt::format(
                "`{}` has {}, which is mostly the router's", node.name, to_string(*address)
            ),
            .primary = {address.span, "the first address of the site"},
            .help = {fmt::format(
                "set `gateway` in `[sites.{}]` to say which address the router has", site.name
            )},
        });
    }
}

void check_tailnet_address(const Homelab& homelab, const Node& node, Diagnostics& out) {
    const Spanned<net::Address>& address = *node.tailnet_address;
    const bool own_resolver = to_string(*address) == "100.100.100.100";
    if (own_resolver || !homelab.network.tailnet->contains(*address)) {
        out.push_back({
            .code = "E0313",
            .message = fmt::format(
                "tailnet address {} of `{}` is {}",
                to_string(*address),
                node.name,
                own_resolver ? "Tailscale's own resolver"
                             : fmt::format("outside of {}", to_string(*homelab.network.tailnet))
            ),
            .primary = {address.span, ""},
            .help = {"`tailscale ip -4` on the machine prints it"},
        });
    }
}

void check_gateway(const Site& site, Diagnostics& out) {
    if (site.gateway && !site.cidr->contains(**site.gateway)) {
        out.push_back({
            .code = "E0314",
            .message =
                fmt::format("gateway {} is outside of `{}`", to_string(**site.gateway), site.name),
            .primary = {site.gateway->span, fmt::format("not in {}", to_string(*site.cidr))},
            .notes =
                {{fmt::format("`{}` is {} here", site.name, to_string(*site.cidr)),
                  {site.cidr.span, ""}}},
            .help = {"`ip route show default` on a machine of the site prints it"},
        });
    }
}

} // namespace

void check_addresses(const Homelab& homelab, Diagnostics& out) {
    for (const Site& site : homelab.sites) {
        check_gateway(site, out);
    }
    Unique addresses(out, "E0312", "every machine needs an address of its own");
    for (const Node& node : homelab.nodes) {
        if (node.address) {
            if (const Site* site = homelab.find_site(*node.site)) {
                check_address(*site, node, out);
            }
            const std::string text = to_string(**node.address);
            addresses.add(text, node.address->span, fmt::format("address {}", text));
        }
        if (node.tailnet_address) {
            check_tailnet_address(homelab, node, out);
            const std::string text = to_string(**node.tailnet_address);
            addresses.add(text, node.tailnet_address->span, fmt::format("address {}", text));
        }
    }
}

} // namespace ducksnest::model
