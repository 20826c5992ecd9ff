#include "plan/workloads.h"

#include "plan/database.h"
#include "plan/labels.h"

#include <algorithm>

namespace ducksnest::plan {
namespace {

Workload app_workload(const model::App& app) {
    return {
        .name = app.name,
        .space = "apps",
        .replicas = *app.replicas,
        .cpu_millis = *app.cpu_millis,
        .memory = *app.memory,
        .spread_sites = *app.replicas > 1,
    };
}

/// Services every cluster has. They stand beside the control plane too: names must resolve and
/// addresses must be handed out while every worker is away.
std::vector<Workload> system_workloads() {
    const auto service =
        [](std::string name, std::int64_t replicas, std::int64_t millis, model::Mebibytes memory) {
            return Workload{
                .name = std::move(name),
                .space = "kube-system",
                .replicas = replicas,
                .cpu_millis = millis,
                .memory = memory,
                .spread_sites = replicas > 1,
                .tolerations = {std::string(control_plane_taint)},
            };
        };
    return {
        service("calico-kube-controllers", 1, 50, 96),
        service("coredns", 2, 100, 70),
        service("metrics-server", 1, 100, 128),
    };
}

Workload
database_workload(const model::Database& database, const std::vector<DatabaseMember>& members) {
    Workload workload{
        .name = "postgresql",
        .space = "database",
        .replicas = static_cast<std::int64_t>(members.size()),
        .cpu_millis = database_millicpus,
        .memory = *database.memory,
        .spread_sites = true,
        .anti_affinity = true,
        .exclusive = true,
        .tolerations = {std::string(control_plane_taint)},
    };
    for (const DatabaseMember& member : members) {
        workload.pinned.push_back(member.node);
    }
    return workload;
}

} // namespace

std::vector<Workload>
plan_workloads(const Context& context, const std::vector<DatabaseMember>& members) {
    std::vector<Workload> workloads = system_workloads();
    for (const model::App& app : context.homelab->apps) {
        workloads.push_back(app_workload(app));
    }
    if (!members.empty()) {
        workloads.push_back(database_workload(*context.homelab->database, members));
    }
    std::ranges::stable_sort(workloads, {}, &Workload::name);
    return workloads;
}

} // namespace ducksnest::plan
