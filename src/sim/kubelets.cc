#include "sim/kubelets.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::sim {
namespace {

/// nodeLeaseDurationSeconds 40 x 0.25, and nodeStatusReportFrequency.
constexpr Duration lease_period = std::chrono::seconds(10);
constexpr Duration status_period = std::chrono::minutes(5);

} // namespace

Kubelets::Kubelets(
    Cluster& cluster, Kernel& kernel, const ControlPlane& control_plane, Trust& trust
)
    : cluster_(&cluster)
    , kernel_(&kernel)
    , control_plane_(&control_plane)
    , trust_(&trust)
    , prng_(kernel.fork())
    , kubelets_(cluster.node_count())
    , edges_(trust.edges().size(), EdgeState::untried) {
    for (Kubelet& kubelet : kubelets_) {
        kubelet.images.assign(cluster.blueprint().workloads.size(), false);
    }
    cluster.watch(*this);
}

const Container*
Kubelets::find(NodeIndex node, WorkloadIndex workload, std::uint32_t ordinal) const {
    const auto found = std::ranges::find_if(kubelets_[node].containers, [&](const Container& c) {
        return c.workload == workload && c.ordinal == ordinal;
    });
    return found == kubelets_[node].containers.end() ? nullptr : &*found;
}

std::vector<std::string> Kubelets::failed_edges() const {
    std::vector<std::string> failed;
    for (std::size_t edge = 0; edge < edges_.size(); ++edge) {
        if (edges_[edge] == EdgeState::failed) {
            failed.push_back(trust_->describe_edge(edge));
        }
    }
    return failed;
}

bool Kubelets::has_container(NodeIndex node, PodId pod) const {
    return std::ranges::find(kubelets_[node].containers, pod, &Container::pod) !=
           kubelets_[node].containers.end();
}

void Kubelets::start(NodeIndex node) {
    Kubelet& kubelet = kubelets_[node];
    kubelet.running = true;
    kubelet.joined = false;
    kubelet.behind = true;
    kubelet.ready_at.reset();
    kubelet.problem.clear();
    kubelet.waits_for = "waits for the API";
    ++kubelet.life;
    kernel_->after(Duration(prng_.between(200, 900)), EventKind::kubelet_sync, node, kubelet.life);
}

void Kubelets::kill(NodeIndex node) {
    Kubelet& kubelet = kubelets_[node];
    kubelet.running = false;
    kubelet.containers.clear();
    ++kubelet.life;
    kernel_->changed();
}

void Kubelets::reconnect() {
    for (Kubelet& kubelet : kubelets_) {
        kubelet.behind = true;
    }
}

bool Kubelets::handle(const Event& event) {
    if (event.kind == EventKind::kubelet_sync) {
        if (kubelets_[event.subject].life == event.epoch) {
            sync(event.subject);
        }
        return true;
    }
    if (event.kind == EventKind::container_started) {
        container_started(event.subject, event.epoch);
        return true;
    }
    if (event.kind == EventKind::container_stopped) {
        container_stopped(event.subject, event.epoch);
        return true;
    }
    return false;
}

bool Kubelets::expired(NodeIndex node) {
    const std::optional<Instant> expires = trust_->expires(node);
    if (!expires || kernel_->now() <= *expires) {
        return false;
    }
    Kubelet& kubelet = kubelets_[node];
    const std::string problem = "its certificates have expired";
    if (kubelet.problem != problem) {
        kubelet.problem = problem;
        kernel_->say(Topic::node, cluster_->name(node), "is refused: " + problem);
    }
    return true;
}

void Kubelets::sync(NodeIndex node) {
    Kubelet& kubelet = kubelets_[node];
    Duration next = lease_period;
    if (!control_plane_->reachable_from(node)) {
        kubelet.behind = true;
        next = kubelet.joined ? lease_period : Duration(prng_.between(1'000, 3'000));
    } else if (!expired(node)) {
        if (!kubelet.joined) {
            join(node);
        }
        cluster_->renew_lease(node);
        post_status(node);
        if (kubelet.behind) {
            kubelet.behind = false;
            sync_pods(node);
        }
        if (kubelet.ready_at && kernel_->now() < *kubelet.ready_at) {
            next = std::min(next, *kubelet.ready_at - kernel_->now());
        }
    }
    kernel_->after(next, EventKind::kubelet_sync, node, kubelet.life);
}

void Kubelets::join(NodeIndex node) {
    Kubelet& kubelet = kubelets_[node];
    kubelet.joined = true;
    kubelet.waits_for = "waits for its pod network";
    cluster_->register_node(node);
    shake_hands(node);
    kubelet.ready_at = kernel_->now() + Duration(prng_.between(2'500, 8'000));
    kernel_->say(Topic::node, cluster_->name(node), "joined");
}

bool Kubelets::end_is_up(const std::vector<NodeIndex>& holders) const {
    return holders.empty() || std::ranges::any_of(holders, [&](NodeIndex holder) {
               return kubelets_[holder].running;
           });
}

void Kubelets::shake_hands(NodeIndex node) {
    const std::vector<EdgeEnds>& ends = trust_->edges();
    for (std::size_t edge = 0; edge < ends.size(); ++edge) {
        const bool mine = std::ranges::find(ends[edge].client, node) != ends[edge].client.end() ||
                          std::ranges::find(ends[edge].server, node) != ends[edge].server.end();
        if (!mine || !end_is_up(ends[edge].client) || !end_is_up(ends[edge].server)) {
            continue;
        }
        const Result<void> shaken = trust_->shake_hands(edge, kernel_->now());
        edges_[edge] = shaken ? EdgeState::green : EdgeState::failed;
        if (!shaken) {
            Kubelet& kubelet = kubelets_[node];
            kubelet.problem = fmt::format(
                "handshake {}: {}", trust_->describe_edge(edge), describe(shaken.error())
            );
            kernel_->say(Topic::node, cluster_->name(node), kubelet.problem);
        }
    }
}

void Kubelets::post_status(NodeIndex node) {
    Kubelet& kubelet = kubelets_[node];
    const bool network_up = kubelet.ready_at && kernel_->now() >= *kubelet.ready_at;
    const Condition ready =
        network_up && kubelet.problem.empty() ? Condition::true_ : Condition::false_;
    const NodeObject& object = cluster_->node(node);
    const bool differs = !object.posted || object.ready != ready;
    if (!differs && kernel_->now() < object.heartbeat + status_period) {
        return;
    }
    if (object.posted && object.ready == Condition::unknown && ready == Condition::true_) {
        kernel_->sometimes(Mark::node_recovered);
    }
    cluster_->post_ready(node, ready);
    if (differs && ready == Condition::true_) {
        kubelet.waits_for.clear();
        kernel_->say(Topic::node, cluster_->name(node), "is Ready");
    }
}

void Kubelets::sync_pods(NodeIndex node) {
    for (const Pod& pod : cluster_->pods()) {
        if (pod.node != node) {
            continue;
        }
        if (pod.deleting) {
            stop_container(node, pod.id);
        } else if (!has_container(node, pod.id)) {
            start_container(node, pod);
        } else if (!pod.ready) {
            cluster_->mark_running(pod.id);
        }
    }
}

void Kubelets::start_container(NodeIndex node, const Pod& pod) {
    Kubelet& kubelet = kubelets_[node];
    // The image is pulled once per machine and stays on its disk.
    const std::int64_t pull_ms = kubelet.images[pod.workload] ? 0 : prng_.between(2'000, 15'000);
    kubelet.images[pod.workload] = true;
    const Duration delay(pull_ms + prng_.between(600, 2'500));
    kernel_->after(delay, EventKind::container_started, pod.id, kubelet.life);
}

void Kubelets::stop_container(NodeIndex node, PodId pod) {
    const bool runs = has_container(node, pod);
    const Duration delay(runs ? prng_.between(500, 3'000) : 100);
    kernel_->after(delay, EventKind::container_stopped, pod, kubelets_[node].life);
}

void Kubelets::pod_bound(const Pod& pod) {
    const NodeIndex node = *pod.node;
    if (kubelets_[node].running && control_plane_->reachable_from(node)) {
        start_container(node, pod);
    } else {
        kubelets_[node].behind = true;
    }
}

void Kubelets::pod_deleting(const Pod& pod) {
    if (!pod.node) {
        return;
    }
    const NodeIndex node = *pod.node;
    if (kubelets_[node].running && control_plane_->reachable_from(node)) {
        stop_container(node, pod.id);
    } else {
        kubelets_[node].behind = true;
    }
}

void Kubelets::container_started(PodId id, std::uint32_t life) {
    const Pod* pod = cluster_->find_pod(id);
    if (pod == nullptr || !pod->node || pod->deleting) {
        return;
    }
    const NodeIndex node = *pod->node;
    Kubelet& kubelet = kubelets_[node];
    if (!kubelet.running || kubelet.life != life || has_container(node, id)) {
        return;
    }
    kubelet.containers.push_back(
        {.pod = id, .workload = pod->workload, .ordinal = pod->ordinal, .process = ++processes_}
    );
    kernel_->say(Topic::pod, pod->name, fmt::format("runs on `{}`", cluster_->name(node)));
    if (control_plane_->reachable_from(node)) {
        cluster_->mark_running(id);
    } else {
        kubelet.behind = true;
    }
}

void Kubelets::container_stopped(PodId id, std::uint32_t life) {
    const Pod* pod = cluster_->find_pod(id);
    if (pod == nullptr || !pod->node) {
        return;
    }
    const NodeIndex node = *pod->node;
    Kubelet& kubelet = kubelets_[node];
    if (!kubelet.running || kubelet.life != life) {
        return;
    }
    std::erase_if(kubelet.containers, [&](const Container& c) { return c.pod == id; });
    kernel_->changed();
    if (!control_plane_->reachable_from(node)) {
        kubelet.behind = true;
        return;
    }
    kernel_->sometimes(Mark::old_pod_removed);
    kernel_->say(Topic::pod, pod->name, fmt::format("is gone from `{}`", cluster_->name(node)));
    cluster_->remove_pod(id);
}

} // namespace ducksnest::sim
