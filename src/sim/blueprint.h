#pragma once

#include "plan/plan.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The twin of one homelab: see README.md.
namespace ducksnest::sim {

using NodeIndex = std::uint32_t;
using SiteIndex = std::uint32_t;
using WorkloadIndex = std::uint32_t;
using MemberIndex = std::uint32_t;

/// How hard a taint pushes.
enum class Effect : std::uint8_t { no_schedule, prefer_no_schedule, no_execute };

struct PlannedTaint {
    std::string key{};
    std::string value{};
    Effect effect = Effect::no_schedule;
};

/// One machine and the node it becomes.
struct NodeBlueprint {
    std::string name{};
    SiteIndex site = 0;
    std::uint32_t zone = 0; ///< Index into Blueprint::zones.
    bool control_plane = false;
    model::Provider provider = model::Provider::own;
    model::Boot boot = model::Boot::uefi;
    std::int64_t cpu_millis = 0;
    model::Mebibytes memory = 0;
    std::vector<PlannedTaint> taints{};
    std::uint32_t units = 0; ///< How many are started at boot.
};

/// A workload with everything that names other things resolved to indexes.
struct WorkloadBlueprint {
    std::string name{};
    std::uint32_t replicas = 0;
    std::int64_t cpu_millis = 0;
    model::Mebibytes memory = 0;
    bool spread_sites = false;
    bool anti_affinity = false;
    bool is_service = false; ///< One of the cluster's own; the others come after these run.
    /// Stable names and at most one pod per name, as a StatefulSet: a lost pod is replaced only
    /// when its node has confirmed that it is gone.
    bool exclusive = false;
    std::vector<NodeIndex> pinned{};        ///< By ordinal; empty when pods may stand anywhere.
    std::vector<std::string> tolerations{}; ///< Keys of planned taints its pods stand.
};

/// Whether its pods stand a taint of the plan. The taints of a lost node are another matter: every
/// pod tolerates those, for 300 s.
bool tolerates(const WorkloadBlueprint& workload, const PlannedTaint& taint);

/// Whether its pods have stable names, each held by at most one pod.
inline bool has_stable_names(const WorkloadBlueprint& workload) {
    return workload.exclusive || !workload.pinned.empty();
}

/// One database member: the pod of `workload` with the ordinal of its place in the list.
struct MemberBlueprint {
    NodeIndex node = 0;
    bool synchronous = false;
    int sync_priority = 0;
};

/// What the world is built from: the plan with names resolved, immutable and shared by all seeds.
struct Blueprint {
    std::string homelab{};
    std::vector<std::string> sites{};
    /// Kubernetes' zone keys, "region:zone" from the labels; one empty key when there are none.
    std::vector<std::string> zones{};
    std::vector<NodeBlueprint> nodes{};
    std::vector<WorkloadBlueprint> workloads{};
    std::vector<MemberBlueprint> members{};
    std::optional<WorkloadIndex> database{}; ///< The workload the members are pods of.

    std::optional<NodeIndex> find_node(std::string_view name) const;
    std::optional<SiteIndex> find_site(std::string_view name) const;
};

/// Fails when the plan contradicts itself: a workload pinned to a node that is not there.
Result<Blueprint> make_blueprint(const plan::Plan& plan);

std::string_view to_string(Effect effect);

} // namespace ducksnest::sim
