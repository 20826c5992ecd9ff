#pragma once

#include "sim/blueprint.h"
#include "sim/kernel.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ducksnest::sim {

using PodId = std::uint32_t;

enum class Condition : std::uint8_t { false_, true_, unknown };

/// The taints that follow from a node's Ready condition, as the node lifecycle controller sets
/// them.
struct ConditionTaints {
    bool not_ready_no_schedule = false;
    bool unreachable_no_schedule = false;
    bool not_ready_no_execute = false;
    bool unreachable_no_execute = false;

    bool any_no_execute() const { return not_ready_no_execute || unreachable_no_execute; }
    bool operator==(const ConditionTaints&) const = default;
};

/// A Node object with its Lease.
struct NodeObject {
    bool registered = false;
    bool posted = false; ///< The kubelet has posted a Ready condition at least once.
    Condition ready = Condition::false_;
    Instant created{};
    Instant heartbeat{};  ///< lastHeartbeatTime of Ready.
    Instant transition{}; ///< lastTransitionTime of Ready.
    std::optional<Instant> lease_renewed{};
    ConditionTaints taints{};
};

enum class Phase : std::uint8_t { pending, running };

/// A Pod object: what the API knows, not what really runs.
struct Pod {
    PodId id = 0;
    WorkloadIndex workload = 0;
    std::uint32_t ordinal = 0; ///< For workloads with stable names.
    std::string name{};
    std::optional<NodeIndex> node{};
    Phase phase = Phase::pending;
    bool ready = false;    ///< Behind its service.
    bool deleting = false; ///< Has a deletionTimestamp: Terminating.
    Instant created{};
    std::string waiting_for{}; ///< Why it could not be scheduled, in the scheduler's words.
};

/// How much of the plan's workloads the cluster has been asked to run.
enum class Applied : std::uint8_t { nothing, services, everything };

/// Told of every change that a watch of the API would bring. Called in the middle of the change: a
/// watcher schedules what it wants to do and does not write to the cluster itself, except for the
/// taints of the node that changed.
class Watcher {
public:
    virtual ~Watcher() = default;
    virtual void node_status_changed(NodeIndex /*node*/) {}
    virtual void node_taints_changed(NodeIndex /*node*/) {}
    virtual void pod_created(const Pod& /*pod*/) {}
    virtual void pod_bound(const Pod& /*pod*/) {}
    virtual void pod_deleting(const Pod& /*pod*/) {}
    virtual void pod_removed(const Pod& /*pod*/) {}
};

/// What etcd holds: it outlives every process. Whoever writes here must first have reached the API.
class Cluster {
public:
    Cluster(const Blueprint& blueprint, Kernel& kernel);

    void watch(Watcher& watcher) { watchers_.push_back(&watcher); }

    const Blueprint& blueprint() const { return *blueprint_; }
    const NodeObject& node(NodeIndex index) const { return nodes_[index]; }
    const std::string& name(NodeIndex index) const { return blueprint_->nodes[index].name; }
    std::uint32_t node_count() const { return static_cast<std::uint32_t>(nodes_.size()); }

    /// The kubelet's first call: creates the Node, or finds the one of an earlier life.
    void register_node(NodeIndex node);
    void renew_lease(NodeIndex node) { nodes_[node].lease_renewed = kernel_->now(); }
    /// The kubelet posts its Ready condition.
    void post_ready(NodeIndex node, Condition ready);
    /// The node lifecycle controller gives up on a node: Ready becomes Unknown.
    void mark_unknown(NodeIndex node);
    void set_taints(NodeIndex node, const ConditionTaints& taints);

    Applied applied() const { return applied_; }
    void set_applied(Applied applied) { applied_ = applied; }
    bool is_applied(WorkloadIndex workload) const {
        return applied_ == Applied::everything ||
               (applied_ == Applied::services && blueprint_->workloads[workload].is_service);
    }

    /// In order of creation.
    const std::vector<Pod>& pods() const { return pods_; }
    const Pod* find_pod(PodId id) const;
    void create_pod(WorkloadIndex workload, std::uint32_t ordinal);
    void bind(PodId id, NodeIndex node);
    /// True when the reason is a new one.
    bool note_unschedulable(PodId id, const std::string& reason);
    void mark_running(PodId id);
    void mark_not_ready(PodId id);
    void mark_deleting(PodId id);
    void remove_pod(PodId id);

    /// Requests of the pods bound to a node, Terminating ones included.
    std::int64_t requested_cpu(NodeIndex node) const { return requested_[node].cpu_millis; }
    model::Mebibytes requested_memory(NodeIndex node) const { return requested_[node].memory; }

private:
    struct Requested {
        std::int64_t cpu_millis = 0;
        model::Mebibytes memory = 0;
    };

    Pod& pod(PodId id);
    std::string name_pod(WorkloadIndex workload, std::uint32_t ordinal);

    const Blueprint* blueprint_;
    Kernel* kernel_;
    Prng prng_;
    std::vector<NodeObject> nodes_{};
    std::vector<Requested> requested_{};
    std::vector<Pod> pods_{};
    std::vector<Watcher*> watchers_{};
    PodId next_pod_ = 0;
    Applied applied_ = Applied::nothing;
};

/// "True", "False", "Unknown".
std::string_view to_string(Condition condition);

} // namespace ducksnest::sim
