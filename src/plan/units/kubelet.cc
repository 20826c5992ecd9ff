#include "base/text.h"
#include "plan/labels.h"
#include "plan/paths.h"
#include "plan/units/units.h"

namespace ducksnest::plan {

Unit kubelet_unit(const Machine& machine, const std::map<std::string, std::string>& labels) {
    std::vector<std::string> own_labels;
    for (const auto& [key, value] : labels) {
        if (kubelet_may_set(key)) {
            own_labels.push_back(key + "=" + value);
        }
    }
    return {
        .name = "kubelet",
        .description = "Kubernetes node agent",
        .package = "kubernetes",
        .program = "kubelet",
        // No --hostname-override: the host is called as the node is.
        .arguments =
            {flag("config", config_file("kubelet")),
             flag("kubeconfig", kubeconfig_file("kubelet")),
             flag("node-ip", machine.address_text),
             flag("node-labels", join(own_labels, ",")),
             flag("root-dir", "/var/lib/kubelet")},
        .after =
            {std::string(open_service),
             "network-online.target",
             "tailscale-up.service",
             "containerd.service"},
        .requires_ = {std::string(open_service), "containerd.service"},
        .credentials = {"calico-cni", "kubelet", "kubelet-serving"},
        .files =
            {std::string(cni_config_folder) + "/10-calico.conflist",
             kubeconfig_file("calico-cni"),
             config_file("kubelet"),
             kubeconfig_file("kubelet")},
        .state_directory = "kubelet",
        .type = "notify",
    };
}

} // namespace ducksnest::plan
