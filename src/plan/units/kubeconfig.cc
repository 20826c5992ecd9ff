#include "plan/paths.h"
#include "plan/units/units.h"

namespace ducksnest::plan {

ConfigFile kubeconfig(std::string_view component, const std::string& server, std::string owner) {
    const std::string name(component);
    return {
        .path = kubeconfig_file(component),
        .mode = 0600,
        .owner = std::move(owner),
        .content = Json::object(
            {{"apiVersion", "v1"},
             {"kind", "Config"},
             {"clusters",
              Json::array({Json::object(
                  {{"name", "homelab"},
                   {"cluster",
                    Json::object(
                        {{"certificate-authority", bundle_file(pki::Authority::cluster)},
                         {"server", server}}
                    )}}
              )})},
             {"users",
              Json::array({Json::object(
                  {{"name", name},
                   {"user",
                    Json::object(
                        {{"client-certificate", certificate_file(component)},
                         {"client-key", key_file(component)}}
                    )}}
              )})},
             {"contexts",
              Json::array({Json::object(
                  {{"name", "homelab"},
                   {"context", Json::object({{"cluster", "homelab"}, {"user", name}})}}
              )})},
             {"current-context", "homelab"}}
        ),
    };
}

} // namespace ducksnest::plan
