#pragma once

#include "ports/kube.h"

namespace ducksnest::testing {

/// What everything behind the Kube door must do. Each check leaves nothing behind that a later one
/// could stumble over. Makes its own namespace `conformance`; needs the right to do anything.
void check_objects(kube::Kube& kube);
void check_apply(kube::Kube& kube);
void check_lists(kube::Kube& kube);
void check_watches(kube::Kube& kube);
void check_leases(kube::Kube& kube);
void check_evictions(kube::Kube& kube);
void check_errors(kube::Kube& kube);

} // namespace ducksnest::testing
