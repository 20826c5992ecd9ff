#include "model/check_parts.h"

namespace ducksnest::model {
namespace {

/// IPv4 20 + UDP 8 + VXLAN 8 + inner Ethernet 14 (RFC 7348 section 5).
constexpr std::int64_t vxlan_overhead = 50;
/// What tailscaled sets when nobody tells it otherwise (net/tstun).
constexpr std::int64_t tailscale_mtu = 1280;

} // namespace

void check_mtu(const Homelab& homelab, Diagnostics& out) {
    const Network& network = homelab.network;
    const std::int64_t fits = *network.tailnet_mtu - vxlan_overhead;
    if (network.calico.mtu && **network.calico.mtu > fits) {
        out.push_back({
            .code = "E0306",
            .message = fmt::format(
                "pod MTU {} does not fit through the tailnet: {} - {} for VXLAN = {}",
                **network.calico.mtu,
                *network.tailnet_mtu,
                vxlan_overhead,
                fits
            ),
            .primary = {network.calico.mtu->span, fmt::format("more than {}", fits)},
            .help = {fmt::format("delete it: {} is computed from `tailnet_mtu`", fits)},
        });
    }
    if (*network.tailnet_mtu > tailscale_mtu) {
        out.push_back({
            .severity = diag::Severity::warning,
            .code = "W0302",
            .message = fmt::format(
                "`tailnet_mtu` {} is more than Tailscale sets by itself", *network.tailnet_mtu
            ),
            .primary = {network.tailnet_mtu.span, fmt::format("more than {}", tailscale_mtu)},
            .help = {"every machine then needs `TS_DEBUG_MTU`, and every path must carry 80 bytes "
                     "more; "
                     "packets that do not fit are lost without a word"},
        });
    }
}

} // namespace ducksnest::model
