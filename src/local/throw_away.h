#pragma once

#include "local/ground.h"

#include <string_view>

namespace ducksnest::local {

/// Below the ground's folder: how an operator reaches its API server.
inline constexpr std::string_view kubeconfig_path = "admin.kubeconfig";

/// Authorities, host keys and an operator's key that exist for this ground alone: issues every
/// certificate of the plan, seals it, opens it again on every node with that node's host key as a
/// real node would, and adds it all to the layout. The homelab's own `secrets/` is never touched.
/// Returns an operator's side of a connection to the API servers.
Result<HttpOptions> add_throw_away_trust(
    const plan::Plan& plan, const Mapping& mapping, Layout& layout, const GroundDoors& doors
);

} // namespace ducksnest::local
