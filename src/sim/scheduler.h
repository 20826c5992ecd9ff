#pragma once

#include "sim/canary.h"
#include "sim/cluster.h"

#include <optional>
#include <string>
#include <vector>

namespace ducksnest::sim {

/// Where a pod goes, or why it goes nowhere.
struct Placement {
    std::optional<NodeIndex> node{};
    std::string reason{}; ///< "0/4 nodes are available: 1 Insufficient memory, …".
};

/// kube-scheduler's filters in its order: taints, node affinity, resources, pod anti-affinity.
/// Nothing when the pod may stand there, otherwise the first reason against it.
std::optional<std::string>
filter(const Cluster& cluster, const Pod& pod, NodeIndex node, Canary canary = Canary::none);

/// Higher is better: free resources (0 to 100), few pods of the same workload on the node and in
/// the zone (0 to 200), no PreferNoSchedule taint (0 or 300).
std::int64_t score(const Cluster& cluster, const Pod& pod, NodeIndex node);

/// Filters, scores, and draws between equals as kube-scheduler does.
Placement place(const Cluster& cluster, const Pod& pod, Prng& prng, Canary canary = Canary::none);

/// The scheduler's process: tries every pending pod when something has changed.
class Scheduler {
public:
    Scheduler(Cluster& cluster, Kernel& kernel, Canary canary);

    void start();
    void stop();
    /// Something happened that may let a pending pod fit.
    void wake();
    void run(std::uint32_t epoch);

private:
    void try_pod(PodId id);

    Cluster* cluster_;
    Kernel* kernel_;
    Canary canary_;
    Prng prng_;
    bool running_ = false;
    bool armed_ = false;
    std::uint32_t epoch_ = 0;
};

} // namespace ducksnest::sim
