#include "sim/taint_eviction.h"

#include "sim/zone_state.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::sim {

void TaintEviction::start() {
    running_ = true;
    for (NodeIndex node = 0; node < cluster_->node_count(); ++node) {
        node_updated(node);
    }
}

void TaintEviction::stop() {
    running_ = false;
    timers_.clear();
}

void TaintEviction::arm(PodId pod) {
    // A timer that already runs keeps its earlier start.
    if (std::ranges::find(timers_, pod, &Timer::pod) == timers_.end()) {
        timers_.push_back({.pod = pod, .ticket = ++tickets_});
        const Duration tolerated =
            canary_ == Canary::evict_at_once ? Duration(0) : lifecycle::toleration;
        kernel_->after(tolerated, EventKind::evict_pod, pod, tickets_);
    }
}

bool TaintEviction::cancel(PodId pod) {
    return std::erase_if(timers_, [&](const Timer& timer) { return timer.pod == pod; }) > 0;
}

void TaintEviction::node_updated(NodeIndex node) {
    if (!running_) {
        return;
    }
    const bool tainted = cluster_->node(node).taints.any_no_execute();
    for (const Pod& pod : cluster_->pods()) {
        if (pod.node != node || pod.deleting) {
            continue;
        }
        if (tainted) {
            arm(pod.id);
        } else if (cancel(pod.id)) {
            kernel_->sometimes(Mark::eviction_cancelled);
        }
    }
}

void TaintEviction::pod_bound(const Pod& pod) {
    if (running_ && cluster_->node(*pod.node).taints.any_no_execute()) {
        arm(pod.id);
    }
}

void TaintEviction::pod_removed(PodId pod) {
    cancel(pod);
}

void TaintEviction::evict(PodId id, std::uint32_t ticket) {
    const auto timer = std::ranges::find(timers_, ticket, &Timer::ticket);
    if (timer == timers_.end()) {
        return;
    }
    timers_.erase(timer);
    const Pod* pod = cluster_->find_pod(id);
    if (pod == nullptr || pod->deleting) {
        return;
    }
    const WorkloadBlueprint& wish = cluster_->blueprint().workloads[pod->workload];
    kernel_->sometimes(Mark::pod_evicted);
    if (wish.exclusive || !wish.pinned.empty()) {
        kernel_->sometimes(Mark::exclusive_pod_stuck);
    }
    kernel_->say(
        Topic::pod, pod->name, fmt::format("evicted from `{}`", cluster_->name(*pod->node))
    );
    cluster_->mark_deleting(id);
}

} // namespace ducksnest::sim
