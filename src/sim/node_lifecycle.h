#pragma once

#include "sim/cluster.h"
#include "sim/zone_state.h"

#include <optional>
#include <vector>

namespace ducksnest::sim {

/// kube-controller-manager's node lifecycle controller (pkg/controller/nodelifecycle, v1.36):
/// decides from leases and conditions which nodes are lost, and taints them as fast as their zone's
/// state allows. Lives for one leadership: a restarted controller remembers nothing.
class NodeLifecycle {
public:
    NodeLifecycle(Cluster& cluster, Kernel& kernel);

    void start();
    void stop();
    bool running() const { return running_; }

    /// Every 5 s: node health, then the zones.
    void monitor(std::uint32_t epoch);
    /// Works off the taint queues; armed only while somebody waits in one.
    void taint_pass(std::uint32_t epoch);
    /// NoSchedule taints follow the Ready condition at once and are never limited.
    void sync_no_schedule(NodeIndex node);

    ZoneState zone_state(std::uint32_t zone) const { return zones_[zone].state; }
    /// Every zone is lost, as far as this controller can see: it evicts nobody.
    bool all_zones_disrupted() const { return all_disrupted_; }
    /// When the controller last saw a sign of life of a node; nothing when it does not know it yet.
    std::optional<Instant> probed(NodeIndex node) const;

private:
    /// What the controller remembers of a node (nodeHealthData).
    struct Health {
        bool known = false;
        bool posted = false;
        Instant heartbeat{};
        Instant probe{};
        std::optional<Instant> lease{};
    };
    struct Zone {
        ZoneState state = ZoneState::initial;
        bool seen = false;
        TaintQueue queue;
        std::size_t ready = 0;
        std::size_t not_ready = 0;
    };

    void observe(NodeIndex node);
    void probe_health(NodeIndex node);
    void lose(NodeIndex node);
    void apply_condition(NodeIndex node);
    void mark_reachable(NodeIndex node);
    void handle_disruption();
    void enter_all_disrupted();
    void leave_all_disrupted();
    void set_zone(std::uint32_t zone, ZoneState state);
    void taint(NodeIndex node);
    void taint_waiting();
    bool is_overtaken();
    void arm_taint_pass();
    Zone& zone_of(NodeIndex node) { return zones_[cluster_->blueprint().nodes[node].zone]; }

    Cluster* cluster_;
    Kernel* kernel_;
    std::vector<Health> health_{};
    std::vector<Zone> zones_{};
    bool running_ = false;
    bool all_disrupted_ = false;
    std::uint32_t epoch_ = 0;
    Instant started_{};
    std::optional<Instant> armed_{}; ///< When the next taint pass is due.
    std::optional<Prng> prng_{};     ///< Made when first asked, so that other streams stay.
};

} // namespace ducksnest::sim
