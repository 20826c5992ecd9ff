#include "local/hollow_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace ducksnest::local {
namespace {

using namespace std::chrono_literals;

/// The kubelet's own rhythms: KubeletConfiguration nodeLeaseDurationSeconds 40 renewed at a quarter
/// of it, nodeStatusReportFrequency 5 minutes.
constexpr int lease_seconds = 40;
constexpr Duration lease_period = 10s;
constexpr Duration status_period = 5min;

std::string text_of(const Json* json) {
    return json != nullptr && json->as_string() != nullptr ? *json->as_string() : std::string();
}

std::string text_in(const Json& object, std::string_view section, std::string_view key) {
    const Json* inner = object.find(section);
    return inner == nullptr ? std::string() : text_of(inner->find(key));
}

/// metav1.MicroTime, as leases want it.
std::string micro_time(Instant now) {
    const auto millis = now.time_since_epoch().count() % 1000;
    std::string text = format_time(now);
    text.pop_back();
    return fmt::format("{}.{:03}000Z", text, millis);
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

Json with_heartbeat(Json condition, Instant now) {
    condition.set("lastHeartbeatTime", format_time(now));
    return condition;
}

Json resources(std::int64_t millicpus, std::int64_t mebibytes) {
    return Json::object(
        {{"cpu", fmt::format("{}m", millicpus)},
         {"memory", fmt::format("{}Mi", mebibytes)},
         {"pods", "110"},
         {"ephemeral-storage", "100Gi"}}
    );
}

Json container_statuses(const Json& pod, Instant now) {
    Json::Array statuses;
    const Json* spec = pod.find("spec");
    const Json* containers = spec == nullptr ? nullptr : spec->find("containers");
    if (containers == nullptr || containers->as_array() == nullptr) {
        return statuses;
    }
    for (const Json& container : *containers->as_array()) {
        const std::string image = text_of(container.find("image"));
        statuses.push_back(Json::object(
            {{"name", text_of(container.find("name"))},
             {"image", image},
             {"imageID", image},
             {"ready", true},
             {"started", true},
             {"restartCount", 0},
             {"state", Json::object({{"running", Json::object({{"startedAt", format_time(now)}})}})}
            }
        ));
    }
    return statuses;
}

} // namespace

bool may_label_itself(std::string_view key) {
    const std::size_t slash = key.find('/');
    if (slash == std::string_view::npos) {
        return true;
    }
    const std::string_view domain = key.substr(0, slash);
    const auto is_under = [&](std::string_view parent) {
        return domain == parent ||
               (domain.ends_with(parent) && domain[domain.size() - parent.size() - 1] == '.');
    };
    if (!is_under("kubernetes.io") && !is_under("k8s.io")) {
        return true;
    }
    constexpr std::array<std::string_view, 6> own{
        "kubernetes.io/hostname",
        "kubernetes.io/arch",
        "kubernetes.io/os",
        "node.kubernetes.io/instance-type",
        "topology.kubernetes.io/region",
        "topology.kubernetes.io/zone",
    };
    return std::ranges::find(own, key) != own.end() || is_under("kubelet.kubernetes.io") ||
           (is_under("node.kubernetes.io") && domain != "kubernetes.io");
}

Result<void> HollowNode::step(Instant now) {
    if (!registered_) {
        TRY(register_node(now).with("registering node `" + spec_.name + "`"));
    }
    if (now >= lease_due_) {
        TRY(renew_lease(now).with("renewing the lease of `" + spec_.name + "`"));
    }
    if (now >= status_due_) {
        TRY(report_status(now).with("reporting the status of `" + spec_.name + "`"));
    }
    return look_after_pods(now).with("looking after the pods of `" + spec_.name + "`");
}

Result<void> HollowNode::register_node(Instant now) {
    Json labels = Json::object(
        {{"kubernetes.io/hostname", spec_.name},
         {"kubernetes.io/arch", "amd64"},
         {"kubernetes.io/os", "linux"}}
    );
    for (const auto& [key, value] : spec_.labels) {
        if (may_label_itself(key)) {
            labels.set(key, value);
        }
    }
    Json::Array taints;
    for (const HollowTaint& taint : spec_.taints) {
        taints.push_back(
            Json::object({{"effect", taint.effect}, {"key", taint.key}, {"value", taint.value}})
        );
    }
    const Result<Json> created = kube_.create(Json::object(
        {{"apiVersion", "v1"},
         {"kind", "Node"},
         {"metadata", Json::object({{"name", spec_.name}, {"labels", std::move(labels)}})},
         {"spec", Json::object({{"taints", std::move(taints)}})}}
    ));
    if (!created && created.error().code != ErrorCode::conflict) {
        return std::unexpected(created.error());
    }
    registered_ = true;
    ready_since_ = now;
    lease_due_ = now;
    status_due_ = now;
    return {};
}

Result<void> HollowNode::renew_lease(Instant now) {
    const Json lease = Json::object(
        {{"apiVersion", "coordination.k8s.io/v1"},
         {"kind", "Lease"},
         {"metadata", Json::object({{"name", spec_.name}, {"namespace", "kube-node-lease"}})},
         {"spec",
          Json::object(
              {{"holderIdentity", spec_.name},
               {"leaseDurationSeconds", lease_seconds},
               {"renewTime", micro_time(now)}}
          )}}
    );
    Result<Json> stored = kube_.replace(lease);
    if (!stored && stored.error().code == ErrorCode::not_found) {
        stored = kube_.create(lease);
    }
    if (!stored) {
        return std::unexpected(stored.error());
    }
    lease_due_ = now + lease_period;
    return {};
}

Json HollowNode::status(Instant now) const {
    const auto good = [&](std::string_view type, std::string_view reason) {
        return with_heartbeat(condition(type, false, ready_since_, reason), now);
    };
    return Json::object(
        {{"addresses",
          Json::array(
              {Json::object({{"type", "InternalIP"}, {"address", spec_.address}}),
               Json::object({{"type", "Hostname"}, {"address", spec_.name}})}
          )},
         {"capacity", resources(spec_.cpus * 1000, spec_.memory_mebibytes)},
         {"allocatable", resources(spec_.allocatable_millicpus, spec_.allocatable_mebibytes)},
         {"conditions",
          Json::array(
              {good("MemoryPressure", "KubeletHasSufficientMemory"),
               good("DiskPressure", "KubeletHasNoDiskPressure"),
               good("PIDPressure", "KubeletHasSufficientPID"),
               with_heartbeat(condition("Ready", true, ready_since_, "KubeletReady"), now)}
          )},
         {"daemonEndpoints", Json::object({{"kubeletEndpoint", Json::object({{"Port", 10250}})}})},
         {"nodeInfo",
          Json::object(
              {{"architecture", "amd64"},
               {"bootID", ""},
               {"containerRuntimeVersion", "hollow://1"},
               {"kernelVersion", "hollow"},
               {"kubeProxyVersion", ""},
               {"kubeletVersion", spec_.kubernetes_version},
               {"machineID", spec_.name},
               {"operatingSystem", "linux"},
               {"osImage", "ducksnest hollow node"},
               {"systemUUID", spec_.name}}
          )}}
    );
}

Result<void> HollowNode::report_status(Instant now) {
    TRY(kube_.apply(
        Json::object(
            {{"apiVersion", "v1"},
             {"kind", "Node"},
             {"metadata", Json::object({{"name", spec_.name}})},
             {"status", status(now)}}
        ),
        {.field_manager = "kubelet", .subresource = "status"}
    ));
    status_due_ = now + status_period;
    return {};
}

Result<void> HollowNode::look_after_pods(Instant now) {
    Json::Array pods;
    TRY(kube_.list(
        {.api_version = "v1", .kind = "Pod", .field_selector = "spec.nodeName=" + spec_.name},
        [&](Json pod) {
            pods.push_back(std::move(pod));
            return true;
        }
    ));
    for (const Json& pod : pods) {
        const Result<void> done = look_after(pod, now);
        if (!done && done.error().code != ErrorCode::not_found &&
            done.error().code != ErrorCode::conflict) {
            return done;
        }
    }
    return {};
}

Result<void> HollowNode::look_after(const Json& pod, Instant now) {
    const std::string name = text_in(pod, "metadata", "name");
    const std::string space = text_in(pod, "metadata", "namespace");
    const std::string uid = text_in(pod, "metadata", "uid");
    if (!text_in(pod, "metadata", "deletionTimestamp").empty()) {
        return kube_.remove(
            {.api_version = "v1", .kind = "Pod", .namespace_name = space, .name = name},
            {.uid = uid, .grace_seconds = 0}
        );
    }
    const std::string phase = text_in(pod, "status", "phase");
    if (phase == "Running" || phase == "Succeeded" || phase == "Failed") {
        return {};
    }
    const auto [address, is_new] = pod_addresses_.emplace(uid, pod_addresses_given_ + 1);
    pod_addresses_given_ += is_new ? 1 : 0;
    const std::string pod_address =
        fmt::format("127.254.{}.{}", address->second / 250, address->second % 250 + 1);
    Json::Array conditions;
    for (const char* type :
         {"Initialized", "PodReadyToStartContainers", "ContainersReady", "Ready"}) {
        conditions.push_back(condition(type, true, now, "Hollow"));
    }
    TRY(kube_.apply(
        Json::object(
            {{"apiVersion", "v1"},
             {"kind", "Pod"},
             {"metadata", Json::object({{"name", name}, {"namespace", space}, {"uid", uid}})},
             {"status",
              Json::object(
                  {{"phase", "Running"},
                   {"hostIP", spec_.address},
                   {"podIP", pod_address},
                   {"podIPs", Json::array({Json::object({{"ip", pod_address}})})},
                   {"startTime", format_time(now)},
                   {"conditions", std::move(conditions)},
                   {"containerStatuses", container_statuses(pod, now)}}
              )}}
        ),
        {.field_manager = "kubelet", .subresource = "status"}
    ));
    return {};
}

} // namespace ducksnest::local
