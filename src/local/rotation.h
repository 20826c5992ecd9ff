#pragma once

#include "local/ground.h"
#include "pki/spec.h"

#include <vector>

namespace ducksnest::local {

/// Replaces authorities of a ground that is up, as a homelab would be taken through it: every phase
/// of `pki::rotate_step` is brought to all nodes, and the units that have to see the new files are
/// restarted one after the other, the next when the last answers again. With several control-plane
/// nodes no more than one of them is away at a time. After an error the next call goes on where
/// this one stopped.
///
/// `not_found`: no ground is up.
Result<void> rotate_ground(
    const GroundRequest& request,
    const std::vector<pki::Authority>& authorities,
    const GroundDoors& doors
);

} // namespace ducksnest::local
