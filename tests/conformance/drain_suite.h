#pragma once

#include "ports/kube.h"
#include "ports/timer.h"

namespace ducksnest::testing {

/// What a deployment does to a cluster around a switch; the same on a real kube-apiserver and on
/// the twin's. Makes a node, a namespace and pods of its own.
void check_cordon(kube::Kube& kube, Timer& timer);
void check_drain(kube::Kube& kube, Timer& timer);

} // namespace ducksnest::testing
