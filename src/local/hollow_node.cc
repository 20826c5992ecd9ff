#include "local/hollow_node.h"

#include "kube/object.h"
#include "local/hollow_pod.h"
#include "plan/labels.h"

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

/// metav1.MicroTime, as leases want it.
std::string micro_time(Instant now) {
    const auto millis = now.time_since_epoch().count() % 1000;
    std::string text = format_time(now);
    text.pop_back();
    return fmt::format("{}.{:03}000Z", text, millis);
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

std::uint32_t usable_addresses(const net::Cidr& pods) {
    constexpr std::uint64_t enough = 65'000;
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(pods.size() - 2, 1, enough));
}

} // namespace

Result<HollowNode> HollowNode::make(HollowSpec spec, kube::Kube& kube) {
    const net::Cidr pods = TRY(net::parse_cidr(spec.pods).with("reading `pods` of a hollow node"));
    return HollowNode(std::move(spec), pods, kube);
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
        if (plan::kubelet_may_set(key)) {
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
    TRY(kube_.apply(lease, {.field_manager = "kubelet"}));
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

std::string HollowNode::pod_address(const Json& pod, const Addresses& known) {
    if (uses_host_network(pod)) {
        return spec_.address;
    }
    const auto at = known.find(kube::text_at(pod, "metadata.uid"));
    if (at != known.end()) {
        return at->second;
    }
    // The first address of a network is not given to pods.
    return net::to_string(pods_.at(++pod_addresses_given_ % usable_addresses(pods_) + 1));
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
    const Addresses known = std::exchange(pod_addresses_, {});
    for (const Json& pod : pods) {
        const std::string address = pod_address(pod, known);
        pod_addresses_.emplace(kube::text_at(pod, "metadata.uid"), address);
        const Result<void> done = look_after(pod, address, now);
        // The pod went or changed under our hands: the next round sees it as it is.
        if (!done && done.error().code != ErrorCode::not_found &&
            done.error().code != ErrorCode::conflict) {
            return done;
        }
    }
    return {};
}

Result<void> HollowNode::look_after(const Json& pod, const std::string& address, Instant now) {
    if (is_being_deleted(pod)) {
        return kube_.remove(
            {.api_version = "v1",
             .kind = "Pod",
             .namespace_name = kube::text_at(pod, "metadata.namespace"),
             .name = kube::text_at(pod, "metadata.name")},
            {.uid = kube::text_at(pod, "metadata.uid"), .grace_seconds = 0}
        );
    }
    if (has_started(pod)) {
        return {};
    }
    TRY(kube_.apply(
        with_status(pod, {.node_address = spec_.address, .pod_address = address, .now = now}),
        {.field_manager = "kubelet", .subresource = "status"}
    ));
    return {};
}

} // namespace ducksnest::local
