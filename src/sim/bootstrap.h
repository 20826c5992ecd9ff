#pragma once

#include "sim/cluster.h"

#include <string>

namespace ducksnest::sim {

/// `ducksnest bootstrap` on the control plane: puts the cluster's own services into a new cluster,
/// waits until they run, then the apps and the database. What it has applied stays in etcd.
class Bootstrap {
public:
    Bootstrap(Cluster& cluster, Kernel& kernel)
        : cluster_(&cluster)
        , kernel_(&kernel) {}

    void start();
    void stop() { ++epoch_; }
    /// Looks whether the next phase may begin; true when something was applied.
    bool advance(std::uint32_t epoch);

private:
    bool services_run() const;

    Cluster* cluster_;
    Kernel* kernel_;
    std::uint32_t epoch_ = 0;
};

} // namespace ducksnest::sim
