#pragma once

#include "base/result.h"
#include "base/time.h"
#include "ports/kube.h"

#include <string>

namespace ducksnest::kube {

/// A coordination.k8s.io/v1 Lease: who does a job that only one may do.
struct Lease {
    std::string namespace_name{};
    std::string name{};
    std::string holder{}; ///< Empty when nobody holds it.
    Duration length{};    ///< Whole seconds.
    Instant acquired{};
    Instant renewed{};
    int transitions = 0;
    std::string resource_version{}; ///< Empty when it does not exist yet.
};

Json lease_json(const Lease& lease);
Result<Lease> parse_lease(const Json& json);

Result<Lease> read_lease(Kube& kube, const std::string& namespace_name, const std::string& name);
/// Creates the lease, or overwrites the version that was read: `conflict` when somebody else was
/// faster, and then nothing has changed. Returns it with its new version.
Result<Lease> write_lease(Kube& kube, const Lease& lease);

} // namespace ducksnest::kube
