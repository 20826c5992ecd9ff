#pragma once

#include "sim/bootstrap.h"
#include "sim/canary.h"
#include "sim/cluster.h"
#include "sim/network.h"
#include "sim/node_lifecycle.h"
#include "sim/scheduler.h"
#include "sim/taint_eviction.h"
#include "sim/workloads.h"

#include <optional>
#include <vector>

namespace ducksnest::sim {

/// etcd, the API servers and the controllers behind their election: who can reach the API, and who
/// acts on what it holds.
class ControlPlane : public Watcher {
public:
    ControlPlane(Cluster& cluster, Kernel& kernel, const Network& network, Canary canary);

    /// A control-plane machine has, or no longer has, its units running.
    void set_serving(NodeIndex node, bool serving);
    void network_changed() { settle(); }

    /// Whether a process on a node reaches an API server whose etcd member has a quorum.
    bool reachable_from(NodeIndex node) const;
    bool available() const { return available_; }
    const Network& network() const { return *network_; }
    std::optional<NodeIndex> leader() const { return leader_; }
    const NodeLifecycle& lifecycle() const { return lifecycle_; }

    /// Handles the events of the controllers; false when it is not one of theirs.
    bool handle(const Event& event);

    void node_status_changed(NodeIndex node) override;
    void node_taints_changed(NodeIndex node) override;
    void pod_created(const Pod& pod) override;
    void pod_bound(const Pod& pod) override;
    void pod_deleting(const Pod& pod) override;
    void pod_removed(const Pod& pod) override;

private:
    bool has_quorum(NodeIndex member) const;
    SiteIndex site_of(NodeIndex node) const { return cluster_->blueprint().nodes[node].site; }
    /// Works out anew who serves, after a machine or a link has changed.
    void settle();
    void lose_leader();
    void elect(std::uint32_t term);

    Cluster* cluster_;
    Kernel* kernel_;
    const Network* network_;
    Prng prng_;
    std::vector<NodeIndex> members_{}; ///< The control-plane nodes: etcd members, all voting.
    std::vector<bool> serving_{};      ///< By node.
    std::vector<bool> quorum_{};       ///< By node: serves and has a quorum.
    bool available_ = false;
    std::optional<NodeIndex> leader_{};
    Instant lease_expires_{}; ///< Of the controllers' leader lease.
    std::uint32_t term_ = 0;
    NodeLifecycle lifecycle_;
    TaintEviction eviction_;
    Workloads workloads_;
    Bootstrap bootstrap_;
    Scheduler scheduler_;
};

} // namespace ducksnest::sim
