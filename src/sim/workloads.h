#pragma once

#include "sim/canary.h"
#include "sim/cluster.h"

namespace ducksnest::sim {

/// The ReplicaSet and StatefulSet controllers: as many pods as asked for. A pod on its way out no
/// longer counts for a ReplicaSet, but still holds its name in a StatefulSet.
class Workloads {
public:
    Workloads(Cluster& cluster, Kernel& kernel, Canary canary)
        : cluster_(&cluster)
        , kernel_(&kernel)
        , canary_(canary) {}

    void start();
    void stop();
    void wake();
    void reconcile(std::uint32_t epoch);

private:
    void reconcile_named(WorkloadIndex workload);
    void reconcile_replicas(WorkloadIndex workload);

    Cluster* cluster_;
    Kernel* kernel_;
    Canary canary_;
    bool running_ = false;
    bool armed_ = false;
    std::uint32_t epoch_ = 0;
};

} // namespace ducksnest::sim
