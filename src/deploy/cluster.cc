#include "deploy/cluster.h"

#include "base/text.h"
#include "kube/object.h"
#include "kube/readiness.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ducksnest::deploy {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view manager = "ducksnest-deploy";

constexpr std::string_view database_space = "database";

kube::Ref node_ref(const std::string& node) {
    return {.api_version = "v1", .kind = "Node", .name = node};
}

/// What this manager applied before and leaves out now is given back, and removed where nobody else
/// wants it (kubernetes.io/docs/reference/using-api/server-side-apply).
Result<void> apply_cordon(kube::Kube& kube, const std::string& node, bool is_wanted) {
    Json object = Json::object(
        {{"apiVersion", "v1"}, {"kind", "Node"}, {"metadata", Json::object({{"name", node}})}}
    );
    if (is_wanted) {
        object.set("spec", Json::object({{"unschedulable", true}}));
    }
    TRY(kube.apply(object, {.field_manager = std::string(manager)}));
    return {};
}

bool belongs_to_node(const Json& pod) {
    const Json* annotations = kube::at_path(pod, "metadata.annotations");
    if (annotations != nullptr && annotations->find("kubernetes.io/config.mirror") != nullptr) {
        return true;
    }
    const Json* owners = kube::at_path(pod, "metadata.ownerReferences");
    if (owners == nullptr || owners->as_array() == nullptr) {
        return false;
    }
    return std::ranges::any_of(*owners->as_array(), [](const Json& owner) {
        return kube::text_at(owner, "kind") == "DaemonSet";
    });
}

bool has_owner(const Json& pod) {
    const Json* owners = kube::at_path(pod, "metadata.ownerReferences");
    return owners != nullptr && owners->as_array() != nullptr && !owners->as_array()->empty();
}

bool is_over(const Json& pod) {
    const std::string phase = kube::text_at(pod, "status.phase");
    return phase == "Succeeded" || phase == "Failed";
}

} // namespace

Result<std::set<std::string>> Cluster::nodes() {
    std::set<std::string> names;
    TRY(kube_.list({.api_version = "v1", .kind = "Node"}, [&](const Json& node) {
        names.emplace(kube::text_at(node, "metadata.name"));
        return true;
    }));
    return names;
}

Result<std::vector<Member>> Cluster::members(std::vector<Member> planned) {
    if (planned.empty()) {
        return planned;
    }
    std::map<std::string, std::string> node_of; // ready pods
    TRY(kube_.list(
        {.api_version = "v1", .kind = "Pod", .namespace_name = std::string(database_space)},
        [&](const Json& pod) {
            if (kube::has_condition(pod, "Ready")) {
                node_of.emplace(
                    kube::text_at(pod, "metadata.name"), kube::text_at(pod, "spec.nodeName")
                );
            }
            return true;
        }
    ));
    // Patroni's `<cluster>-sync` object names the primary and its synchronous standbys
    // (patroni.readthedocs.io, "Replication modes").
    std::string leader;
    std::string standbys;
    TRY(kube_.list(
        {.api_version = "v1", .kind = "ConfigMap", .namespace_name = std::string(database_space)},
        [&](const Json& object) {
            if (kube::text_at(object, "metadata.name").ends_with("-sync")) {
                leader = kube::text_at(object, "metadata.annotations.leader");
                standbys = kube::text_at(object, "metadata.annotations.sync_standby");
            }
            return true;
        }
    ));
    if (leader.empty()) {
        return planned; // no database runs yet
    }
    for (Member& member : planned) {
        member.is_primary = member.is_synchronous = member.is_ready = false;
        for (const auto& [pod, node] : node_of) {
            if (node == member.node) {
                const std::vector<std::string_view> names = split(standbys, ',');
                member.is_ready = true;
                member.is_primary = pod == leader;
                member.is_synchronous = std::ranges::find(names, pod) != names.end();
            }
        }
    }
    return planned;
}

Result<void> Cluster::cordon(const std::string& node) {
    return apply_cordon(kube_, node, true).with(fmt::format("cordoning `{}`", node));
}

Result<void> Cluster::uncordon(const std::string& node) {
    return apply_cordon(kube_, node, false).with(fmt::format("uncordoning `{}`", node));
}

Result<std::vector<Cluster::Pod>> Cluster::pods_to_move(const std::string& node) {
    std::vector<Pod> pods;
    std::vector<std::string> orphans;
    TRY(kube_.list(
        {.api_version = "v1", .kind = "Pod", .field_selector = "spec.nodeName=" + node},
        [&](const Json& pod) {
            if (belongs_to_node(pod) || is_over(pod) ||
                kube::text_at(pod, "spec.nodeName") != node) {
                return true;
            }
            pods.push_back(
                {.space = kube::text_at(pod, "metadata.namespace"),
                 .name = kube::text_at(pod, "metadata.name"),
                 .uid = kube::text_at(pod, "metadata.uid")}
            );
            if (!has_owner(pod)) {
                orphans.push_back(fmt::format("`{}/{}`", pods.back().space, pods.back().name));
            }
            return true;
        }
    ));
    if (!orphans.empty()) {
        return fail(
            ErrorCode::conflict,
            fmt::format("nobody would start {} on `{}` again elsewhere", join(orphans, ", "), node),
            "delete what may go, or give it a Deployment; `--no-drain` leaves pods where they are"
        );
    }
    return pods;
}

Result<void>
Cluster::drain(const std::string& node, Duration patience, const std::function<void()>& on_wait) {
    const Duration end = timer_.elapsed() + patience;
    while (true) {
        const std::vector<Pod> pods = TRY(pods_to_move(node));
        if (pods.empty()) {
            return {};
        }
        std::vector<std::string> kept;
        for (const Pod& pod : pods) {
            const Result<void> evicted = kube_.evict(pod.space, pod.name);
            if (evicted || evicted.error().code == ErrorCode::not_found) {
                continue;
            }
            if (evicted.error().code != ErrorCode::conflict) {
                return evicted;
            }
            kept.push_back(fmt::format("`{}/{}`", pod.space, pod.name));
        }
        if (timer_.elapsed() >= end) {
            return kept.empty()
                       ? fail(
                             ErrorCode::timeout,
                             fmt::format(
                                 "{} on `{}` did not end in {}",
                                 count_of(pods.size(), "pod"),
                                 node,
                                 format_duration(patience)
                             ),
                             "look why they do not stop, or give `--drain-timeout`"
                         )
                       : fail(
                             ErrorCode::timeout,
                             fmt::format(
                                 "a disruption budget keeps {} on `{}`", join(kept, ", "), node
                             ),
                             "let another replica become ready first: `kubectl get pdb -A`"
                         );
        }
        on_wait();
        TRY(timer_.pause(1s, {}));
    }
}

Result<NodeHealth> Cluster::health(const std::string& node) {
    NodeHealth health;
    const Json object = TRY(kube_.get(node_ref(node)));
    health.is_ready = kube::has_condition(object, "Ready");
    if (const Json* conditions = kube::at_path(object, "status.conditions");
        conditions != nullptr && conditions->as_array() != nullptr) {
        for (const Json& condition : *conditions->as_array()) {
            if (kube::text_at(condition, "type") == "Ready") {
                health.why = kube::text_at(condition, "message");
            }
        }
    }
    const Result<Json> lease = kube_.get(
        {.api_version = "coordination.k8s.io/v1",
         .kind = "Lease",
         .namespace_name = "kube-node-lease",
         .name = node}
    );
    if (lease) {
        health.renewed = kube::text_at(*lease, "spec.renewTime");
    } else if (lease.error().code != ErrorCode::not_found) {
        return std::unexpected(lease.error());
    }
    return health;
}

} // namespace ducksnest::deploy
