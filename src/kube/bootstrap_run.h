#pragma once

#include "kube/bootstrap.h"
#include "ports/kube.h"
#include "ports/parallel.h"
#include "ports/progress.h"
#include "ports/timer.h"

#include <stop_token>

namespace ducksnest::kube {

/// The doors a bootstrap needs.
struct BootstrapDoors {
    Kube& kube;
    Parallel& parallel;
    Timer& timer;
    Progress& progress;
    std::stop_token stop{};
};

/// Does what the bootstrap says until it has nothing more to say.
Result<void> run_bootstrap(Bootstrap& bootstrap, const BootstrapDoors& doors);

/// One action at the door; errors become part of the outcome.
Outcome perform(Kube& kube, const Action& action, const std::string& homelab);

} // namespace ducksnest::kube
