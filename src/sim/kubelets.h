#pragma once

#include "sim/control_plane.h"
#include "sim/trust.h"

#include <optional>
#include <string>
#include <vector>

namespace ducksnest::sim {

/// A pod's processes on a machine: they really run, whatever the API says.
struct Container {
    PodId pod = 0;
    WorkloadIndex workload = 0;
    std::uint32_t ordinal = 0;
    std::uint32_t process = 0; ///< Unique over the run: a restarted container is another one.
};

/// How an edge of the trust matrix stands.
enum class EdgeState : std::uint8_t { untried, green, failed };

/// The kubelets of all nodes: they join, renew their leases every 10 s, run the pods bound to their
/// node, and say Ready only when every handshake with the peers that are up has gone well.
class Kubelets : public Watcher {
public:
    Kubelets(Cluster& cluster, Kernel& kernel, const ControlPlane& control_plane, Trust& trust);

    void start(NodeIndex node);
    /// The machine lost power: every process on it is gone.
    void kill(NodeIndex node);
    /// Pods that the API forgot or changed while a node could not hear it are looked at again.
    void reconnect();

    /// Handles the events of the kubelets; false when it is not one of theirs.
    bool handle(const Event& event);

    bool running(NodeIndex node) const { return kubelets_[node].running; }
    const std::vector<Container>& containers(NodeIndex node) const {
        return kubelets_[node].containers;
    }
    /// The container of a named pod on a node, or null.
    const Container* find(NodeIndex node, WorkloadIndex workload, std::uint32_t ordinal) const;
    const std::vector<EdgeState>& edges() const { return edges_; }
    /// Edges whose last handshake failed, in words.
    std::vector<std::string> failed_edges() const;
    /// Why a node that runs is not Ready; empty when nothing stands against it.
    const std::string& problem(NodeIndex node) const {
        return kubelets_[node].problem.empty() ? kubelets_[node].waits_for
                                               : kubelets_[node].problem;
    }

    void pod_bound(const Pod& pod) override;
    void pod_deleting(const Pod& pod) override;

private:
    struct Kubelet {
        bool running = false;
        bool joined = false; ///< Has reached the API since it started.
        bool behind = false; ///< Has missed changes of its pods.
        std::uint32_t life = 0;
        std::optional<Instant> ready_at{}; ///< When the pod network is up.
        std::string problem{};             ///< What no waiting will cure.
        std::string waits_for{};           ///< What comes by itself.
        std::vector<Container> containers{};
        std::vector<bool> images{}; ///< By workload: already on its disk.
    };

    void sync(NodeIndex node);
    void join(NodeIndex node);
    void post_status(NodeIndex node);
    void shake_hands(NodeIndex node);
    bool end_is_up(const std::vector<NodeIndex>& holders) const;
    void sync_pods(NodeIndex node);
    void start_container(NodeIndex node, const Pod& pod);
    void stop_container(NodeIndex node, PodId pod);
    void container_started(PodId pod, std::uint32_t life);
    void container_stopped(PodId pod, std::uint32_t life);
    bool expired(NodeIndex node);
    bool has_container(NodeIndex node, PodId pod) const;

    Cluster* cluster_;
    Kernel* kernel_;
    const ControlPlane* control_plane_;
    Trust* trust_;
    Prng prng_;
    std::vector<Kubelet> kubelets_{};
    std::vector<EdgeState> edges_{};
    std::uint32_t processes_ = 0;
};

} // namespace ducksnest::sim
