#pragma once

#include "kube/object.h"

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace ducksnest::kube {

/// Objects of a phase are applied at the same time, phases one after another. Removal goes the
/// other way round.
enum class Phase : std::uint8_t {
    namespaces,
    foundations, ///< Rights, accounts, configuration, limits: what workloads lean on.
    definitions, ///< CustomResourceDefinitions; the next phase waits for those it needs.
    settings,    ///< Objects of those kinds.
    daemons,     ///< DaemonSets: the pod network comes with them.
    dns,
    workloads,
};

inline constexpr int phase_count = 7;

std::string_view to_string(Phase phase);

/// The API groups that the CustomResourceDefinitions of a set define.
std::set<std::string> custom_groups(std::span<const Object> objects);

/// The phase of an object: from the annotation `ducksnest.dev/phase` when it has one, else from its
/// kind. `invalid` when the annotation names no phase.
Result<Phase> phase_of(const Object& object, const std::set<std::string>& custom_groups);

} // namespace ducksnest::kube
