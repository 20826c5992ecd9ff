#include "plan/labels.h"
#include "plan/paths.h"
#include "plan/units/units.h"

namespace ducksnest::plan {
namespace {

Json spread(std::string_view topology_key) {
    return Json::object(
        {{"maxSkew", 1}, {"topologyKey", topology_key}, {"whenUnsatisfiable", "ScheduleAnyway"}}
    );
}

} // namespace

Unit scheduler_unit() {
    const std::string kubeconfig = kubeconfig_file("scheduler");
    Unit unit{
        .name = "kube-scheduler",
        .description = "Kubernetes scheduler",
        .package = "kubernetes",
        .program = "kube-scheduler",
        .arguments =
            {flag("config", config_file("scheduler")),
             flag("authentication-kubeconfig", kubeconfig),
             flag("authorization-kubeconfig", kubeconfig),
             flag("bind-address", "127.0.0.1"),
             flag("client-ca-file", bundle_file(pki::Authority::cluster)),
             // The file decides; auditors read the flag.
             flag("profiling", "false"),
             flag("requestheader-client-ca-file", bundle_file(pki::Authority::front_proxy)),
             flag("tls-cert-file", certificate_file("scheduler-serving")),
             flag("tls-private-key-file", key_file("scheduler-serving"))},
        .user = std::string(user_scheduler),
        .after = {std::string(open_service), "kube-apiserver.service"},
        .requires_ = {std::string(open_service)},
        .credentials = {"scheduler", "scheduler-serving"},
        .files = {config_file("scheduler"), kubeconfig},
    };
    add_tls_arguments(unit.arguments);
    return unit;
}

ConfigFile scheduler_config() {
    const Json args = Json::object(
        {{"apiVersion", "kubescheduler.config.k8s.io/v1"},
         {"kind", "PodTopologySpreadArgs"},
         {"defaultingType", "List"},
         {"defaultConstraints", Json::array({spread(zone_label), spread("kubernetes.io/hostname")})}
        }
    );
    return {
        .path = config_file("scheduler"),
        .mode = 0600,
        .owner = std::string(user_scheduler),
        .content = Json::object(
            {{"apiVersion", "kubescheduler.config.k8s.io/v1"},
             {"kind", "KubeSchedulerConfiguration"},
             {"clientConnection", Json::object({{"kubeconfig", kubeconfig_file("scheduler")}})},
             {"enableProfiling", false},
             {"leaderElection", Json::object({{"leaderElect", true}})},
             // Replicas that say nothing are spread over sites first: one house may go dark.
             {"profiles",
              Json::array({Json::object(
                  {{"schedulerName", "default-scheduler"},
                   {"pluginConfig",
                    Json::array({Json::object({{"name", "PodTopologySpread"}, {"args", args}})})}}
              )})}}
        ),
    };
}

} // namespace ducksnest::plan
