#pragma once

#include "kube/object.h"

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace ducksnest::kube {

/// Objects of a phase are applied at the same time, phases one after another. Removal goes the
/// other way round.
enum class Phase : std::uint8_t {
    admin, ///< The right to do the rest.
    namespaces,
    access,      ///< Rights, accounts, configuration, limits: what workloads lean on.
    definitions, ///< CustomResourceDefinitions; the next phase waits for those it needs.
    settings,    ///< Objects of those kinds.
    network,     ///< DaemonSets: the pod network comes with them.
    dns,
    services, ///< The rest.
};

inline constexpr int phase_count = 8;

std::string_view to_string(Phase phase);

/// The API groups that the CustomResourceDefinitions of a set define.
std::set<std::string> custom_groups(std::span<const Object> objects);

std::optional<Phase> parse_phase(std::string_view name);

/// The phase of an object: the one it names, else the one that its annotation `ducksnest.dev/phase`
/// names, else that of its kind. `invalid` when the annotation names no phase.
Result<Phase> phase_of(const Object& object, const std::set<std::string>& custom_groups);

} // namespace ducksnest::kube
