#pragma once

#include "plan/plan.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace ducksnest::plan {

/// Everybody who is in the tailnet, as far as its policy tells them apart.
enum class Party : std::uint8_t { control_planes, workers, standbys, operators, pipeline };
using Parties = std::set<Party>;

/// "tag:worker"; empty for operators, who are people.
std::string tag_of(Party party);
/// "ipset:workers": a party's own addresses; empty for those that have none.
std::string set_of(Party party);
Party party_of(model::Role role);

/// The parties whose devices are machines of the cluster, the rented ones included.
Parties machines_of(const Plan& plan);
/// All that have a tag.
Parties devices_of(const Plan& plan);

/// Who dials this port of a party on another machine, by the matrix of certificates. Standbys are
/// workers that do not exist yet.
Parties callers(const Plan& plan, int port, Party server);

/// What the policy's own tests say: for every party, what it must reach and must not.
std::vector<PolicyTest> tailnet_promises(const Plan& plan);

} // namespace ducksnest::plan
