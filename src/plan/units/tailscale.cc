#include "base/text.h"
#include "plan/units/units.h"
#include "plan/versions.h"

#include <fmt/format.h>

namespace ducksnest::plan {

Unit tailscaled_unit() {
    return {
        .name = "tailscaled",
        .description = "tailnet between the sites",
        .package = "tailscale",
        .program = "tailscaled",
        .arguments =
            {flag("state", "/var/lib/tailscale/tailscaled.state"),
             flag("socket", "/run/tailscale/tailscaled.sock"),
             flag("tun", "tailscale0"),
             flag("port", fmt::format("{}", tailscale_port))},
        .after = {"network-pre.target"},
        .state_directory = "tailscale",
        .type = "notify",
    };
}

Unit tailscale_up_unit(const Machine& machine, const std::vector<Route>& routes) {
    std::vector<std::string> networks;
    for (const Route& route : routes) {
        networks.push_back(net::to_string(route.to));
    }
    return {
        .name = "tailscale-up",
        .description = "this node's place in the tailnet",
        .package = "tailscale",
        .program = "tailscale",
        // Without a key: a node joins once, with a single-use key that is not kept; from then on
        // this only sets what it announces. `--reset` makes the flags the whole truth.
        .arguments =
            {"up",
             "--reset",
             // Names are CoreDNS's and the site's business, also while the tailnet is down.
             flag("accept-dns", "false"),
             flag("accept-routes", "true"),
             flag("advertise-routes", join(networks, ",")),
             flag("advertise-tags", fmt::format("tag:{}", model::to_string(*machine.node->role))),
             flag("hostname", machine.node->name),
             // Felix drops VXLAN from sources that are no node, so sources must stay what they are.
             flag("snat-subnet-routes", "false"),
             flag("timeout", "30s")},
        .after = {"network-online.target", "tailscaled.service"},
        .requires_ = {"tailscaled.service"},
        .type = "oneshot",
        .restart = "on-failure",
        .restart_seconds = 10,
    };
}

} // namespace ducksnest::plan
