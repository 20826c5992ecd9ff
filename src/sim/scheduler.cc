#include "sim/scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ducksnest::sim {
namespace {

constexpr Duration wake_delay = std::chrono::milliseconds(100);

std::optional<std::string>
untolerated_taint(const Cluster& cluster, const WorkloadBlueprint& wish, NodeIndex node) {
    const ConditionTaints& taints = cluster.node(node).taints;
    if (taints.not_ready_no_schedule) {
        return "node(s) had untolerated taint {node.kubernetes.io/not-ready: }";
    }
    if (taints.unreachable_no_schedule) {
        return "node(s) had untolerated taint {node.kubernetes.io/unreachable: }";
    }
    for (const PlannedTaint& taint : cluster.blueprint().nodes[node].taints) {
        if (taint.effect != Effect::prefer_no_schedule && !tolerates(wish, taint)) {
            return fmt::format("node(s) had untolerated taint {{{}: {}}}", taint.key, taint.value);
        }
    }
    return std::nullopt;
}

/// Pods of the same workload per node and per zone, without those on their way out.
struct Siblings {
    std::int64_t on_node = 0;
    std::int64_t in_zone = 0;
    std::int64_t all = 0;
};

Siblings count_siblings(const Cluster& cluster, const Pod& pod, NodeIndex node) {
    const std::vector<NodeBlueprint>& nodes = cluster.blueprint().nodes;
    Siblings siblings;
    for (const Pod& other : cluster.pods()) {
        if (other.workload == pod.workload && other.node && !other.deleting) {
            ++siblings.all;
            siblings.on_node += *other.node == node ? 1 : 0;
            siblings.in_zone += nodes[*other.node].zone == nodes[node].zone ? 1 : 0;
        }
    }
    return siblings;
}

std::int64_t free_share(std::int64_t requested, std::int64_t allocatable) {
    return allocatable <= 0 || requested > allocatable
               ? 0
               : (allocatable - requested) * 100 / allocatable;
}

} // namespace

std::optional<std::string>
filter(const Cluster& cluster, const Pod& pod, NodeIndex node, Canary canary) {
    const WorkloadBlueprint& wish = cluster.blueprint().workloads[pod.workload];
    const NodeBlueprint& machine = cluster.blueprint().nodes[node];
    if (canary != Canary::ignore_taints) {
        if (std::optional<std::string> taint = untolerated_taint(cluster, wish, node)) {
            return taint;
        }
    }
    if (!wish.pinned.empty() && wish.pinned[pod.ordinal] != node) {
        return "node(s) didn't match Pod's node affinity/selector";
    }
    const bool looks_at_resources = canary != Canary::schedule_over_capacity;
    if (looks_at_resources && cluster.requested_cpu(node) + wish.cpu_millis > machine.cpu_millis) {
        return "Insufficient cpu";
    }
    if (looks_at_resources && cluster.requested_memory(node) + wish.memory > machine.memory) {
        return "Insufficient memory";
    }
    const auto stands_here = [&](const Pod& other) {
        return other.workload == pod.workload && other.node == node && other.id != pod.id;
    };
    if (wish.anti_affinity && std::ranges::any_of(cluster.pods(), stands_here)) {
        return "node(s) didn't match pod anti-affinity rules";
    }
    return std::nullopt;
}

std::int64_t score(const Cluster& cluster, const Pod& pod, NodeIndex node) {
    const WorkloadBlueprint& wish = cluster.blueprint().workloads[pod.workload];
    const NodeBlueprint& machine = cluster.blueprint().nodes[node];
    const std::int64_t free =
        (free_share(cluster.requested_cpu(node) + wish.cpu_millis, machine.cpu_millis) +
         free_share(cluster.requested_memory(node) + wish.memory, machine.memory)) /
        2;
    const Siblings siblings = count_siblings(cluster, pod, node);
    const std::int64_t all = std::max<std::int64_t>(siblings.all, 1);
    const std::int64_t host = 100 - 100 * siblings.on_node / all;
    const std::int64_t zone = 100 - 100 * siblings.in_zone / all;
    // A workload that asks to be spread over sites cares for the zone above all.
    const std::int64_t spread = wish.spread_sites ? (host + 3 * zone) / 4 : (host + zone) / 2;
    const bool avoided = std::ranges::any_of(machine.taints, [](const PlannedTaint& taint) {
        return taint.effect == Effect::prefer_no_schedule;
    });
    return free + 2 * spread + (avoided ? 0 : 300);
}

Placement place(const Cluster& cluster, const Pod& pod, Prng& prng, Canary canary) {
    std::map<std::string, int> reasons;
    std::vector<NodeIndex> best;
    std::int64_t best_score = 0;
    int nodes = 0;
    for (NodeIndex node = 0; node < cluster.node_count(); ++node) {
        if (!cluster.node(node).registered) {
            continue;
        }
        ++nodes;
        if (const std::optional<std::string> reason = filter(cluster, pod, node, canary)) {
            ++reasons[*reason];
            continue;
        }
        const std::int64_t points = score(cluster, pod, node);
        if (best.empty() || points > best_score) {
            best.clear();
            best_score = points;
        }
        if (points == best_score) {
            best.push_back(node);
        }
    }
    if (!best.empty()) {
        return {.node = best.size() == 1 ? best.front() : best[prng.below(best.size())]};
    }
    std::vector<std::string> parts;
    for (const auto& [reason, count] : reasons) {
        parts.push_back(fmt::format("{} {}", count, reason));
    }
    std::ranges::sort(parts);
    return {.reason = fmt::format("0/{} nodes are available: {}", nodes, fmt::join(parts, ", "))};
}

Scheduler::Scheduler(Cluster& cluster, Kernel& kernel, Canary canary)
    : cluster_(&cluster)
    , kernel_(&kernel)
    , canary_(canary)
    , prng_(kernel.fork()) {}

void Scheduler::start() {
    running_ = true;
    wake();
}

void Scheduler::stop() {
    running_ = false;
    armed_ = false;
    ++epoch_;
}

void Scheduler::wake() {
    if (running_ && !armed_) {
        armed_ = true;
        kernel_->after(wake_delay, EventKind::schedule, 0, epoch_);
    }
}

void Scheduler::run(std::uint32_t epoch) {
    if (!running_ || epoch != epoch_) {
        return;
    }
    armed_ = false;
    std::vector<PodId> pending;
    for (const Pod& pod : cluster_->pods()) {
        if (!pod.node && !pod.deleting) {
            pending.push_back(pod.id);
        }
    }
    for (const PodId id : pending) {
        try_pod(id);
    }
}

void Scheduler::try_pod(PodId id) {
    const Pod& pod = *cluster_->find_pod(id);
    const Placement placement = place(*cluster_, pod, prng_, canary_);
    if (placement.node) {
        kernel_->say(
            Topic::pod, pod.name, fmt::format("placed on `{}`", cluster_->name(*placement.node))
        );
        cluster_->bind(id, *placement.node);
        return;
    }
    if (cluster_->note_unschedulable(id, placement.reason)) {
        kernel_->sometimes(Mark::pod_unschedulable);
        kernel_->say(Topic::pod, pod.name, "cannot be placed: " + placement.reason);
    }
}

} // namespace ducksnest::sim
