#include "local/hollow_pod.h"

#include "kube/object.h"

namespace ducksnest::local {
namespace {

/// A pod of a Job: it is done when its containers are.
bool is_meant_to_end(const Json& pod) {
    const std::string policy = kube::text_at(pod, "spec.restartPolicy");
    return policy == "Never" || policy == "OnFailure";
}

Json container_state(bool has_ended, Instant now) {
    const std::string time = format_time(now);
    if (!has_ended) {
        return Json::object({{"running", Json::object({{"startedAt", time}})}});
    }
    return Json::object(
        {{"terminated",
          Json::object(
              {{"exitCode", 0}, {"reason", "Completed"}, {"startedAt", time}, {"finishedAt", time}}
          )}}
    );
}

Json container_statuses(const Json& pod, std::string_view list, bool have_ended, Instant now) {
    Json::Array statuses;
    const Json* containers = kube::at_path(pod, "spec." + std::string(list));
    if (containers == nullptr || containers->as_array() == nullptr) {
        return statuses;
    }
    for (const Json& container : *containers->as_array()) {
        const std::string image = kube::text_at(container, "image");
        statuses.push_back(Json::object(
            {{"name", kube::text_at(container, "name")},
             {"image", image},
             {"imageID", image},
             {"ready", !have_ended},
             {"started", !have_ended},
             {"restartCount", 0},
             {"state", container_state(have_ended, now)}}
        ));
    }
    return statuses;
}

} // namespace

bool uses_host_network(const Json& pod) {
    const Json* host = kube::at_path(pod, "spec.hostNetwork");
    return host != nullptr && host->as_bool() != nullptr && *host->as_bool();
}

bool is_being_deleted(const Json& pod) {
    return !kube::text_at(pod, "metadata.deletionTimestamp").empty();
}

bool has_started(const Json& pod) {
    const std::string phase = kube::text_at(pod, "status.phase");
    return phase == "Running" || phase == "Succeeded" || phase == "Failed";
}

Json with_status(const Json& pod, const PodPlace& place) {
    const bool ended = is_meant_to_end(pod);
    const std::string reason = ended ? "PodCompleted" : "Hollow";
    const Json conditions = Json::array(
        {condition("PodReadyToStartContainers", true, place.now, "Hollow"),
         condition("Initialized", true, place.now, reason),
         condition("ContainersReady", !ended, place.now, reason),
         condition("Ready", !ended, place.now, reason)}
    );
    return Json::object(
        {{"apiVersion", "v1"},
         {"kind", "Pod"},
         {"metadata",
          Json::object(
              {{"name", kube::text_at(pod, "metadata.name")},
               {"namespace", kube::text_at(pod, "metadata.namespace")},
               {"uid", kube::text_at(pod, "metadata.uid")}}
          )},
         {"status",
          Json::object(
              {{"phase", ended ? "Succeeded" : "Running"},
               {"hostIP", place.node_address},
               {"podIP", place.pod_address},
               {"podIPs", Json::array({Json::object({{"ip", place.pod_address}})})},
               {"startTime", format_time(place.now)},
               {"conditions", conditions},
               {"containerStatuses", container_statuses(pod, "containers", ended, place.now)},
               {"initContainerStatuses", container_statuses(pod, "initContainers", true, place.now)}
              }
          )}}
    );
}

Json condition(std::string_view type, bool holds, Instant since, std::string_view reason) {
    return Json::object(
        {{"type", type},
         {"status", holds ? "True" : "False"},
         {"lastTransitionTime", format_time(since)},
         {"reason", reason},
         {"message", std::string(reason)}}
    );
}

} // namespace ducksnest::local
