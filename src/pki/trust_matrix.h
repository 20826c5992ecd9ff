#pragma once

#include "base/result.h"
#include "base/time.h"
#include "pki/certs.h"
#include "pki/store.h"
#include "ports/parallel.h"

#include <string>
#include <vector>

namespace ducksnest::pki {

/// A connection of the plan that would not work.
struct BrokenEdge {
    std::string client{};
    std::string server{};
    std::string why{};
};

/// Checks both directions of every edge, the client with the files of one store and the server with
/// those of another: what a homelab looks like while some nodes have the new files already. Needs
/// no private key. Certificates that one of the stores does not have yet are not checked.
std::vector<BrokenEdge> check_edges(
    const std::vector<TrustEdge>& edges,
    const Store& client_side,
    const Store& server_side,
    Instant now,
    Parallel& parallel
);

/// Every edge in all four combinations of the two stores; fails with the first that breaks.
Result<void> check_transition(
    const Request& request, const Store& before, const Store& after, Parallel& parallel
);

} // namespace ducksnest::pki
