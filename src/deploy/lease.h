#pragma once

#include "base/json.h"
#include "base/result.h"
#include "ports/node_system.h"

#include <optional>
#include <string>

namespace ducksnest::deploy {

/// A deployment's right to change a node. It ends by itself when its holder does not renew it.
struct Lease {
    std::string holder{}; ///< Who deploys, for people: "duck@desk, process 4711".
    std::string token{};  ///< Names the deployment.
    Duration length{};
    BootMoment end{};
};

struct LeaseRequest {
    std::string holder{};
    std::string token{};
    Duration length{};
};

/// How long a lease still counts; zero when it is over. After a restart it counts for its whole
/// length again: its holder may be waiting for the node to come back.
Duration rest_of(const Lease& lease, const BootMoment& now);

/// The lease as it is from now on: new, or renewed. `conflict` names the holder of another one.
Result<Lease>
take(const std::optional<Lease>& found, const LeaseRequest& request, const BootMoment& now);

/// That this deployment may change the node now: `conflict` when another one may, or nobody.
Result<void>
check_held(const std::optional<Lease>& found, const std::string& token, const BootMoment& now);

/// "ducksnest.lease/1".
Json to_json(const Lease& lease);
Result<Lease> parse_lease(const Json& json);

} // namespace ducksnest::deploy
