#pragma once

#include "sim/canary.h"
#include "sim/cluster.h"

#include <vector>

namespace ducksnest::sim {

/// kube-controller-manager's taint eviction controller (pkg/controller/tainteviction, v1.36):
/// deletes the pods of a node with NoExecute taints once they have tolerated them for 300 s.
class TaintEviction {
public:
    TaintEviction(Cluster& cluster, Kernel& kernel, Canary canary)
        : cluster_(&cluster)
        , kernel_(&kernel)
        , canary_(canary) {}

    void start();
    void stop();

    void node_updated(NodeIndex node);
    void pod_bound(const Pod& pod);
    void pod_removed(PodId pod);
    /// The timer `ticket` of a pod has run out.
    void evict(PodId pod, std::uint32_t ticket);

private:
    struct Timer {
        PodId pod = 0;
        std::uint32_t ticket = 0;
    };

    void arm(PodId pod);
    bool cancel(PodId pod);

    Cluster* cluster_;
    Kernel* kernel_;
    Canary canary_;
    std::vector<Timer> timers_{};
    std::uint32_t tickets_ = 0;
    bool running_ = false;
};

} // namespace ducksnest::sim
