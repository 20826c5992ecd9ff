#include "plan/paths.h"
#include "plan/units/units.h"

namespace ducksnest::plan {

Unit kube_proxy_unit() {
    return {
        .name = "kube-proxy",
        .description = "Kubernetes service addresses",
        .package = "kubernetes",
        .program = "kube-proxy",
        .arguments = {flag("config", config_file("kube-proxy"))},
        .after = {std::string(open_service), "network-online.target", "tailscale-up.service"},
        .requires_ = {std::string(open_service)},
        .credentials = {"kube-proxy"},
        .files = {config_file("kube-proxy"), kubeconfig_file("kube-proxy")},
    };
}

ConfigFile kube_proxy_config(const Context& context) {
    return {
        .path = config_file("kube-proxy"),
        .mode = 0600,
        .content = Json::object(
            {{"apiVersion", "kubeproxy.config.k8s.io/v1alpha1"},
             {"kind", "KubeProxyConfiguration"},
             {"clientConnection", Json::object({{"kubeconfig", kubeconfig_file("kube-proxy")}})},
             {"clusterCIDR", net::to_string(*context.homelab->network.pods)},
             {"detectLocalMode", "ClusterCIDR"},
             {"healthzBindAddress", "127.0.0.1:10256"},
             {"metricsBindAddress", "127.0.0.1:10249"},
             // Not nftables: Felix writes iptables rules unless its own nftables mode is switched
             // on, and the two must use the same back end to see each other's marks.
             {"mode", "iptables"},
             // A node port opens on the node's own address only, never on tailscale0.
             {"nodePortAddresses", Json::strings({"primary"})}}
        ),
    };
}

} // namespace ducksnest::plan
