#pragma once

#include "ports/kube.h"
#include "ports/timer.h"

namespace ducksnest::testing {

/// What everything behind the Kube door must do; the same on a real kube-apiserver and on the
/// twin's, both without controllers. Each check leaves nothing behind that a later one could
/// stumble over. Makes its own namespace `conformance`; needs the right to do anything.
void check_objects(kube::Kube& kube);
void check_apply(kube::Kube& kube);
void check_ownership(kube::Kube& kube);
void check_status(kube::Kube& kube);
void check_lists(kube::Kube& kube);
void check_watches(kube::Kube& kube);
void check_watched_selectors(kube::Kube& kube);
void check_bookmarks(kube::Kube& kube);
void check_removals(kube::Kube& kube);
void check_leases(kube::Kube& kube);
void check_evictions(kube::Kube& kube);
void check_budgets(kube::Kube& kube);
/// Waits for a custom kind to be served.
void check_custom_kinds(kube::Kube& kube, Timer& timer);
void check_errors(kube::Kube& kube);

} // namespace ducksnest::testing
