#include "sim/bootstrap.h"

#include <algorithm>

namespace ducksnest::sim {
namespace {

constexpr Duration poll_period = std::chrono::seconds(5);

} // namespace

void Bootstrap::start() {
    kernel_->after(poll_period, EventKind::bootstrap, 0, ++epoch_);
}

bool Bootstrap::services_run() const {
    const std::vector<WorkloadBlueprint>& wishes = cluster_->blueprint().workloads;
    std::vector<std::uint32_t> running(wishes.size(), 0);
    for (const Pod& pod : cluster_->pods()) {
        running[pod.workload] += pod.ready ? 1U : 0U;
    }
    for (WorkloadIndex workload = 0; workload < wishes.size(); ++workload) {
        if (wishes[workload].is_service && running[workload] < wishes[workload].replicas) {
            return false;
        }
    }
    return true;
}

bool Bootstrap::advance(std::uint32_t epoch) {
    if (epoch != epoch_ || cluster_->applied() == Applied::everything) {
        return false;
    }
    kernel_->after(poll_period, EventKind::bootstrap, 0, epoch_);
    if (cluster_->applied() == Applied::nothing) {
        cluster_->set_applied(Applied::services);
        return true;
    }
    if (!services_run()) {
        return false;
    }
    kernel_->say(Topic::control_plane, "cluster", "its own services run; the apps come");
    cluster_->set_applied(Applied::everything);
    return true;
}

} // namespace ducksnest::sim
