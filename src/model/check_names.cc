#include "diag/secrets.h"
#include "model/check_parts.h"
#include "model/names.h"

namespace ducksnest::model {
namespace {

/// "NAME-nix-cache" and "NAME-backups" must still be bucket names of at most 63 characters.
constexpr std::size_t homelab_name_max = 40;

void check_homelab(const Homelab& homelab, Diagnostics& out) {
    if (!is_dns_label(*homelab.name) || homelab.name->size() > homelab_name_max) {
        out.push_back({
            .code = "E0201",
            .message = fmt::format("{} cannot name a homelab", diag::quoted(*homelab.name)),
            .primary = {homelab.name.span, "not a DNS label"},
            .help = {fmt::format(
                "use 1 to {} of a-z, 0-9 and -, with a letter or digit at both ends",
                homelab_name_max
            )},
        });
    }
    if (!is_dns_name(*homelab.domain)) {
        out.push_back({
            .code = "E0206",
            .message = fmt::format("{} is not a DNS name", diag::quoted(*homelab.domain)),
            .primary = {homelab.domain.span, ""},
            .help = {"write it like `cluster.local`: lower case, without a dot at the end"},
        });
    }
    if (!is_timezone(*homelab.timezone)) {
        out.push_back({
            .code = "E0208",
            .message = fmt::format("{} is not a time zone", diag::quoted(*homelab.timezone)),
            .primary = {homelab.timezone.span, ""},
            .help = {"name a place of the tz database like `Asia/Seoul`, or `UTC`; "
                     "`timedatectl list-timezones` prints them"},
        });
    }
    const auto& tailnet_domain = homelab.network.tailnet_domain;
    if (tailnet_domain && (!is_dns_name(**tailnet_domain) || !(*tailnet_domain)->contains('.'))) {
        out.push_back({
            .code = "E0206",
            .message = fmt::format("{} is not a MagicDNS suffix", diag::quoted(**tailnet_domain)),
            .primary = {tailnet_domain->span, ""},
            .help = {"write it like `duck-nest.ts.net`; `tailscale status --json` has it as "
                     "`MagicDNSSuffix`"},
        });
    }
}

void check_node_names(const Homelab& homelab, Diagnostics& out) {
    Unique names(out, "E0207", "a DNS name belongs to one machine");
    for (const Node& node : homelab.nodes) {
        if (is_standby_name(node.name)) {
            out.push_back({
                .code = "E0202",
                .message = fmt::format("`{}` is reserved for replacements", node.name),
                .primary = {node.span, "reserved"},
                .help = {"rented machines are called standby-1, standby-2, …; choose another name"},
            });
        }
        if (const Site* site = homelab.find_site(node.name)) {
            out.push_back({
                .code = "E0202",
                .message = fmt::format("`{}` names a node and a site", node.name),
                .primary = {node.span, "the node"},
                .notes = {{"the site is declared here", {site->span, ""}}},
                .help = {"rename one of the two: commands take both kinds of name"},
            });
        }
        for (const Spanned<std::string>& name : node.names) {
            if (!is_dns_name(*name)) {
                out.push_back({
                    .code = "E0206",
                    .message = fmt::format("{} is not a DNS name", diag::quoted(*name)),
                    .primary = {name.span, ""},
                    .help = {"write it like `firebat.lan`: lower case, no address, no port"},
                });
            } else {
                names.add(*name, name.span, fmt::format("name `{}`", *name));
            }
        }
    }
}

} // namespace

void check_names(const Homelab& homelab, Diagnostics& out) {
    check_homelab(homelab, out);
    check_node_names(homelab, out);
}

} // namespace ducksnest::model
