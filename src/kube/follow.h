#pragma once

#include "ports/kube.h"
#include "ports/random.h"
#include "ports/timer.h"

#include <stop_token>

namespace ducksnest::kube {

struct FollowDoors {
    Kube& kube;
    Timer& timer;
    Random& random;
    std::stop_token stop{};
};

/// Tells every change of a set of objects for as long as the receiver wants: first each object that
/// is there as `added`, then what happens. Whatever happens to the connection, to events or to the
/// version to resume from, the receiver ends up knowing what is true: after a gap the set is listed
/// anew, objects that changed meanwhile come as `modified`, and those that went come as `deleted`,
/// with their identity only. Nothing is told twice; there are no bookmarks.
///
/// Ends without an error when the receiver has enough, with `interrupted` on a stop, and with what
/// trying again does not cure (`denied`, `not_found`, …).
Result<void> follow(const FollowDoors& doors, const ListQuery& what, const EventReceiver& receiver);

} // namespace ducksnest::kube
