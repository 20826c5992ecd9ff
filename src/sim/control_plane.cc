#include "sim/control_plane.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::sim {
namespace {

/// --leader-elect-lease-duration and --leader-elect-retry-period of kube-controller-manager and
/// kube-scheduler.
constexpr Duration leader_lease = std::chrono::seconds(15);
constexpr std::int64_t leader_retry_ms = 2'000;

} // namespace

ControlPlane::ControlPlane(Cluster& cluster, Kernel& kernel, const Network& network, Canary canary)
    : cluster_(&cluster)
    , kernel_(&kernel)
    , network_(&network)
    , prng_(kernel.fork())
    , serving_(cluster.node_count(), false)
    , quorum_(cluster.node_count(), false)
    , lifecycle_(cluster, kernel)
    , eviction_(cluster, kernel, canary)
    , workloads_(cluster, kernel, canary)
    , bootstrap_(cluster, kernel)
    , scheduler_(cluster, kernel, canary) {
    const std::vector<NodeBlueprint>& nodes = cluster.blueprint().nodes;
    for (NodeIndex node = 0; node < nodes.size(); ++node) {
        if (nodes[node].control_plane) {
            members_.push_back(node);
        }
    }
    cluster.watch(*this);
}

void ControlPlane::set_serving(NodeIndex node, bool serving) {
    serving_[node] = serving;
    settle();
}

bool ControlPlane::has_quorum(NodeIndex member) const {
    const auto votes = std::ranges::count_if(members_, [&](NodeIndex other) {
        return serving_[other] && network_->reachable(site_of(member), site_of(other));
    });
    return serving_[member] && static_cast<std::size_t>(votes) * 2 > members_.size();
}

bool ControlPlane::reachable_from(NodeIndex node) const {
    return available_ && std::ranges::any_of(members_, [&](NodeIndex member) {
               return quorum_[member] && network_->reachable(site_of(node), site_of(member));
           });
}

void ControlPlane::settle() {
    bool available = false;
    for (const NodeIndex member : members_) {
        quorum_[member] = has_quorum(member);
        available = available || quorum_[member];
    }
    if (available != available_) {
        available_ = available;
        if (!available) {
            kernel_->sometimes(Mark::api_unavailable);
        }
        kernel_->say(
            Topic::control_plane, "cluster", available ? "the API answers" : "the API is gone"
        );
    }
    if (leader_ && !quorum_[*leader_]) {
        lose_leader();
    }
    if (!leader_ && available_) {
        const Instant vacant = std::max(lease_expires_, kernel_->now());
        kernel_->at(
            vacant + Duration(prng_.between(100, leader_retry_ms)),
            EventKind::leader_election,
            0,
            ++term_
        );
    }
}

void ControlPlane::lose_leader() {
    // The holder renewed at most one retry period ago; a successor has to wait for the rest.
    lease_expires_ = kernel_->now() + leader_lease - Duration(prng_.between(0, leader_retry_ms));
    leader_.reset();
    lifecycle_.stop();
    eviction_.stop();
    workloads_.stop();
    bootstrap_.stop();
    scheduler_.stop();
}

void ControlPlane::elect(std::uint32_t term) {
    if (term != term_ || leader_ || !available_) {
        return;
    }
    std::vector<NodeIndex> candidates;
    std::ranges::copy_if(members_, std::back_inserter(candidates), [&](NodeIndex member) {
        return quorum_[member];
    });
    leader_ = candidates[prng_.below(candidates.size())];
    kernel_->sometimes(Mark::leader_changed);
    kernel_->say(
        Topic::control_plane,
        "cluster",
        fmt::format("the controllers on `{}` lead", cluster_->name(*leader_))
    );
    lifecycle_.start();
    eviction_.start();
    workloads_.start();
    bootstrap_.start();
    scheduler_.start();
}

bool ControlPlane::handle(const Event& event) {
    switch (event.kind) {
    case EventKind::leader_election:
        elect(event.epoch);
        return true;
    case EventKind::node_monitor:
        lifecycle_.monitor(event.epoch);
        return true;
    case EventKind::taint_pass:
        lifecycle_.taint_pass(event.epoch);
        return true;
    case EventKind::bootstrap:
        if (bootstrap_.advance(event.epoch)) {
            workloads_.wake();
        }
        return true;
    case EventKind::evict_pod:
        eviction_.evict(event.subject, event.epoch);
        return true;
    case EventKind::reconcile:
        workloads_.reconcile(event.epoch);
        return true;
    case EventKind::schedule:
        scheduler_.run(event.epoch);
        return true;
    case EventKind::script_step:
    case EventKind::machine_stage:
    case EventKind::kubelet_sync:
    case EventKind::container_started:
    case EventKind::container_stopped:
    case EventKind::database_loop:
        return false;
    }
    return false;
}

void ControlPlane::node_status_changed(NodeIndex node) {
    lifecycle_.sync_no_schedule(node);
}

void ControlPlane::node_taints_changed(NodeIndex node) {
    eviction_.node_updated(node);
    scheduler_.wake();
}

void ControlPlane::pod_created(const Pod& /*pod*/) {
    scheduler_.wake();
}

void ControlPlane::pod_bound(const Pod& pod) {
    eviction_.pod_bound(pod);
}

void ControlPlane::pod_deleting(const Pod& /*pod*/) {
    workloads_.wake();
}

void ControlPlane::pod_removed(const Pod& pod) {
    eviction_.pod_removed(pod.id);
    workloads_.wake();
    scheduler_.wake();
}

} // namespace ducksnest::sim
