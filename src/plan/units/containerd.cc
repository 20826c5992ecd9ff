#include "plan/paths.h"
#include "plan/units/units.h"
#include "plan/versions.h"

#include <fmt/format.h>

namespace ducksnest::plan {
namespace {

constexpr std::string_view config = "/etc/containerd/config.toml";

Json runtimes(const MachineKind& kind) {
    Json all = Json::object(
        {{"runc",
          Json::object(
              {{"runtime_type", "io.containerd.runc.v2"},
               {"options", Json::object({{"SystemdCgroup", true}})}}
          )}}
    );
    if (kind.nvidia) {
        // Not the default: a pod asks for it by RuntimeClass, everything else stays with runc.
        all.set(
            "nvidia",
            Json::object(
                {{"runtime_type", "io.containerd.runc.v2"},
                 {"options",
                  Json::object(
                      {{"SystemdCgroup", true},
                       {"BinaryName", "/etc/ducksnest/nvidia/bin/nvidia-container-runtime.cdi"}}
                  )}}
            )
        );
    }
    return all;
}

} // namespace

Unit containerd_unit() {
    return {
        .name = "containerd",
        .description = "container runtime",
        .package = "containerd",
        .program = "containerd",
        .arguments = {"--config", std::string(config)},
        .after = {"network.target"},
        .files = {std::string(config)},
        .state_directory = "containerd",
        .type = "notify",
    };
}

ConfigFile containerd_config(const MachineKind& kind) {
    // Version 3 of the file is containerd 2's; the two plugin names split what was `cri` before.
    return {
        .path = std::string(config),
        .mode = 0600,
        .format = FileFormat::toml,
        .content = Json::object(
            {{"version", 3},
             {"root", "/var/lib/containerd"},
             {"state", "/run/containerd"},
             {"grpc", Json::object({{"address", containerd_socket}})},
             {"plugins",
              Json::object(
                  {{"io.containerd.cri.v1.images",
                    Json::object(
                        {{"snapshotter", "overlayfs"},
                         {"pinned_images",
                          Json::object(
                              {{"sandbox", fmt::format("registry.k8s.io/pause:{}", pause_version)}}
                          )}}
                    )},
                   {"io.containerd.cri.v1.runtime",
                    Json::object(
                        {{"cni",
                          Json::object(
                              {{"bin_dirs", Json::array({Json(cni_bin_folder)})},
                               {"conf_dir", cni_config_folder}}
                          )},
                         {"containerd",
                          Json::object(
                              {{"default_runtime_name", "runc"}, {"runtimes", runtimes(kind)}}
                          )}}
                    )}}
              )}}
        ),
    };
}

} // namespace ducksnest::plan
