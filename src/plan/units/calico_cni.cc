#include "plan/paths.h"
#include "plan/units/units.h"

namespace ducksnest::plan {

ConfigFile calico_cni_config(const Context& context) {
    // No `nodename`: the plugin reads /var/lib/calico/nodename, which calico-node writes when it is
    // up, so that no pod starts before its network does.
    const Json calico = Json::object(
        {{"type", "calico"},
         {"datastore_type", "kubernetes"},
         {"ipam", Json::object({{"type", "calico-ipam"}})},
         {"kubernetes", Json::object({{"kubeconfig", kubeconfig_file("calico-cni")}})},
         {"log_file_path", "/var/log/calico/cni/cni.log"},
         {"log_level", "info"},
         {"mtu", context.mtu.bytes},
         {"policy", Json::object({{"type", "k8s"}})}}
    );
    const Json portmap = Json::object(
        {{"type", "portmap"},
         {"snat", true},
         {"capabilities", Json::object({{"portMappings", true}})}}
    );
    const Json bandwidth =
        Json::object({{"type", "bandwidth"}, {"capabilities", Json::object({{"bandwidth", true}})}}
        );
    return {
        .path = std::string(cni_config_folder) + "/10-calico.conflist",
        .mode = 0600,
        .content = Json::object(
            {{"name", "k8s-pod-network"},
             {"cniVersion", "0.3.1"},
             {"plugins", Json::array({calico, portmap, bandwidth})}}
        ),
    };
}

} // namespace ducksnest::plan
