#pragma once

#include "local/ground_state.h"
#include "local/layout.h"
#include "plan/plan.h"
#include "ports/clock.h"
#include "ports/files.h"
#include "ports/http.h"
#include "ports/parallel.h"
#include "ports/processes.h"
#include "ports/progress.h"
#include "ports/random.h"
#include "ports/timer.h"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace ducksnest::local {

struct GroundDoors {
    Files& files; ///< The ground's own folder.
    Processes& processes;
    Timer& timer;
    Clock& clock;
    Random& random;
    Parallel& parallel;
    Progress& progress;
    /// Whether somebody could listen there now.
    std::function<bool(const std::string& address, int port)> is_port_free;
    std::function<std::unique_ptr<Http>(HttpOptions options)> open_http;
    /// Removes a folder with all that is in it.
    std::function<Result<void>(const std::string& folder)> remove_folder;
};

struct GroundRequest {
    const plan::Plan& plan;
    std::string folder{}; ///< Absolute; what `files` is opened on.
    std::map<std::string, std::string> programs{};
    std::string ducksnest{};
    bool outlives_us = false;
    Duration patience = Duration(60'000); ///< For each stage to answer.
};

struct Ground {
    GroundState state{};
    std::string kubeconfig{};           ///< Absolute path; an operator's own credentials.
    std::string bootstrap_kubeconfig{}; ///< Absolute path; those of the unit ducksnest-bootstrap.
    std::unique_ptr<Http> http{};       ///< To the API servers, as an operator.
};

/// Makes throw-away authorities and host keys, lays every node's files out, and starts the control
/// plane stage by stage, then the hollow nodes. When something does not come up, everything that
/// was started is stopped again and the error carries the component's last log lines.
///
/// `conflict`: this ground is up already, or a port is taken on every address.
Result<Ground> start_ground(const GroundRequest& request, const GroundDoors& doors);

/// Stops what `start_ground` started and is still running, youngest first; returns how many.
Result<int> stop_ground(const GroundDoors& doors);

/// The state of a ground that is up; nothing when it was never started or is down.
Result<std::optional<GroundState>> read_state(Files& files);

} // namespace ducksnest::local
