#include "sim/workloads.h"

#include <algorithm>
#include <ranges>

namespace ducksnest::sim {
namespace {

constexpr Duration wake_delay = std::chrono::milliseconds(100);

} // namespace

void Workloads::start() {
    running_ = true;
    wake();
}

void Workloads::stop() {
    running_ = false;
    armed_ = false;
    ++epoch_;
}

void Workloads::wake() {
    if (running_ && !armed_) {
        armed_ = true;
        kernel_->after(wake_delay, EventKind::reconcile, 0, epoch_);
    }
}

void Workloads::reconcile(std::uint32_t epoch) {
    if (!running_ || epoch != epoch_) {
        return;
    }
    armed_ = false;
    const std::vector<WorkloadBlueprint>& wishes = cluster_->blueprint().workloads;
    for (WorkloadIndex workload = 0; workload < wishes.size(); ++workload) {
        if (!cluster_->is_applied(workload)) {
            continue;
        }
        if (has_stable_names(wishes[workload])) {
            reconcile_named(workload);
        } else {
            reconcile_replicas(workload);
        }
    }
}

void Workloads::reconcile_named(WorkloadIndex workload) {
    const std::uint32_t replicas = cluster_->blueprint().workloads[workload].replicas;
    for (std::uint32_t ordinal = 0; ordinal < replicas; ++ordinal) {
        const auto holds_name = [&](const Pod& pod) {
            const bool leaves = pod.deleting && canary_ == Canary::replace_before_gone;
            return pod.workload == workload && pod.ordinal == ordinal && !leaves;
        };
        if (std::ranges::none_of(cluster_->pods(), holds_name)) {
            cluster_->create_pod(workload, ordinal);
        }
    }
}

void Workloads::reconcile_replicas(WorkloadIndex workload) {
    const std::uint32_t replicas = cluster_->blueprint().workloads[workload].replicas;
    std::uint32_t active = 0;
    bool leaving = false;
    for (const Pod& pod : cluster_->pods()) {
        if (pod.workload == workload) {
            active += pod.deleting ? 0 : 1;
            leaving = leaving || pod.deleting;
        }
    }
    for (; active < replicas; ++active) {
        if (leaving) {
            kernel_->sometimes(Mark::pod_replaced);
        }
        cluster_->create_pod(workload, 0);
    }
}

} // namespace ducksnest::sim
