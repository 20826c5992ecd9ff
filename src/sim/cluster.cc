#include "sim/cluster.h"

#include "base/assert.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ducksnest::sim {
std::string_view to_string(Condition condition) {
    switch (condition) {
    case Condition::false_:
        return "False";
    case Condition::true_:
        return "True";
    case Condition::unknown:
        return "Unknown";
    }
    std::unreachable();
}

Cluster::Cluster(const Blueprint& blueprint, Kernel& kernel)
    : blueprint_(&blueprint)
    , kernel_(&kernel)
    , prng_(kernel.fork())
    , nodes_(blueprint.nodes.size())
    , requested_(blueprint.nodes.size()) {}

std::string Cluster::name_pod(WorkloadIndex workload, std::uint32_t ordinal) {
    const WorkloadBlueprint& wish = blueprint_->workloads[workload];
    if (has_stable_names(wish)) {
        return fmt::format("{}-{}", wish.name, ordinal);
    }
    // The alphabet of Kubernetes' generated names: no vowels, so no words.
    static constexpr std::string_view letters = "bcdfghjklmnpqrstvwxz2456789";
    std::string name = wish.name + "-";
    for (int i = 0; i < 5; ++i) {
        name += letters[prng_.below(letters.size())];
    }
    return name;
}

void Cluster::register_node(NodeIndex index) {
    NodeObject& node = nodes_[index];
    if (node.registered) {
        return;
    }
    node.registered = true;
    node.created = kernel_->now();
    // The TaintNodesByCondition admission plugin: a new node takes no pods until it is Ready.
    set_taints(index, {.not_ready_no_schedule = true});
    kernel_->changed();
}

void Cluster::post_ready(NodeIndex index, Condition ready) {
    NodeObject& node = nodes_[index];
    node.heartbeat = kernel_->now();
    if (node.posted && node.ready == ready) {
        return;
    }
    node.posted = true;
    node.ready = ready;
    node.transition = kernel_->now();
    kernel_->changed();
    for (Watcher* watcher : watchers_) {
        watcher->node_status_changed(index);
    }
}

void Cluster::mark_unknown(NodeIndex index) {
    NodeObject& node = nodes_[index];
    node.posted = true;
    node.ready = Condition::unknown;
    node.transition = kernel_->now();
    kernel_->changed();
    for (Watcher* watcher : watchers_) {
        watcher->node_status_changed(index);
    }
}

void Cluster::set_taints(NodeIndex index, const ConditionTaints& taints) {
    if (nodes_[index].taints == taints) {
        return;
    }
    nodes_[index].taints = taints;
    kernel_->changed();
    for (Watcher* watcher : watchers_) {
        watcher->node_taints_changed(index);
    }
}

const Pod* Cluster::find_pod(PodId id) const {
    const auto found = std::ranges::lower_bound(pods_, id, {}, &Pod::id);
    return found != pods_.end() && found->id == id ? &*found : nullptr;
}

Pod& Cluster::pod(PodId id) {
    const auto found = std::ranges::lower_bound(pods_, id, {}, &Pod::id);
    ASSERT(found != pods_.end() && found->id == id);
    return *found;
}

void Cluster::create_pod(WorkloadIndex workload, std::uint32_t ordinal) {
    Pod made;
    made.id = next_pod_++;
    made.workload = workload;
    made.ordinal = ordinal;
    made.name = name_pod(workload, ordinal);
    made.created = kernel_->now();
    pods_.push_back(std::move(made));
    kernel_->changed();
    for (Watcher* watcher : watchers_) {
        watcher->pod_created(pods_.back());
    }
}

void Cluster::bind(PodId id, NodeIndex node) {
    Pod& bound = pod(id);
    ASSERT(!bound.node);
    const WorkloadBlueprint& wish = blueprint_->workloads[bound.workload];
    bound.node = node;
    bound.waiting_for.clear();
    requested_[node].cpu_millis += wish.cpu_millis;
    requested_[node].memory += wish.memory;
    kernel_->changed();
    for (Watcher* watcher : watchers_) {
        watcher->pod_bound(bound);
    }
}

bool Cluster::note_unschedulable(PodId id, const std::string& reason) {
    Pod& waiting = pod(id);
    if (waiting.waiting_for == reason) {
        return false;
    }
    waiting.waiting_for = reason;
    return true;
}

void Cluster::mark_running(PodId id) {
    Pod& running = pod(id);
    running.phase = Phase::running;
    running.ready = true;
    kernel_->changed();
}

void Cluster::mark_not_ready(PodId id) {
    pod(id).ready = false;
    kernel_->changed();
}

void Cluster::mark_deleting(PodId id) {
    Pod& deleted = pod(id);
    deleted.deleting = true;
    deleted.ready = false;
    kernel_->changed();
    for (Watcher* watcher : watchers_) {
        watcher->pod_deleting(deleted);
    }
}

void Cluster::remove_pod(PodId id) {
    const Pod removed = pod(id);
    if (removed.node) {
        const WorkloadBlueprint& wish = blueprint_->workloads[removed.workload];
        requested_[*removed.node].cpu_millis -= wish.cpu_millis;
        requested_[*removed.node].memory -= wish.memory;
    }
    std::erase_if(pods_, [&](const Pod& candidate) { return candidate.id == id; });
    kernel_->changed();
    for (Watcher* watcher : watchers_) {
        watcher->pod_removed(removed);
    }
}

} // namespace ducksnest::sim
