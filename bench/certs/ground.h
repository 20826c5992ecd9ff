#pragma once

#include "pki/spec.h"
#include "ports/random.h"

#include <cstddef>

namespace ducksnest::bench {

/// The trust of a homelab with one control plane and so many nodes in all, with fresh host keys and
/// one operator: the example homelab, with workers added until there are enough.
pki::TrustPlan trust_of(std::size_t nodes, Random& random);

} // namespace ducksnest::bench
