#pragma once

#include "plan/context.h"
#include "plan/plan.h"

#include <vector>

namespace ducksnest::plan {

/// The node's own address, announced to the tailnet as a host route: WireGuard accepts a packet
/// only from the peer that owns its source, and a whole subnet can have one owner.
std::vector<Route> routes_of(const Machine& machine);

/// Keeps traffic of the own site and of pods out of the tunnel. Tailscale's table 52 is asked at
/// priority 5270, and 5210 is the first rule it installs, so ours come before.
std::vector<IpRule> ip_rules_of(const Context& context, const Machine& machine);

/// What nodes of a role accept, from whom and why; sources are sites, never single nodes.
std::vector<TunnelSource> tunnel_sources_of(const Context& context, const Machine& machine);
std::vector<FirewallPort> firewall_of(const Context& context, model::Role role);

} // namespace ducksnest::plan
