#pragma once

#include "app/context.h"
#include "deploy/ssh.h"
#include "model/homelab.h"
#include "plan/plan.h"

#include <map>
#include <string>
#include <vector>

/// Where the systems of a deployment come from, and how the nodes are reached.
namespace ducksnest::app {

/// The systems of --system, for these nodes. `invalid`: not of a Nix store, or of no such node.
Result<std::map<std::string, std::string>>
named_systems(Context& context, const plan::Plan& plan, const std::vector<std::string>& nodes);

/// The system of each node: the one named, or what its flake builds.
Result<std::map<std::string, std::string>> find_systems(
    Context& context,
    const std::vector<std::string>& nodes,
    const std::map<std::string, std::string>& named
);

/// Puts the systems into the cache, those that this machine has; the others must be there already.
Result<void> push_systems(Context& context, const std::map<std::string, std::string>& systems);

/// How to reach each node: --address, its tailnet address, or its own.
Result<std::vector<deploy::Remote>>
find_remotes(Context& context, const plan::Plan& plan, const model::Homelab& homelab);

/// With a file of the nodes' host keys that holds nothing else.
Result<deploy::SshSettings> ssh_settings(
    Context& context, const std::string& homelab, const std::vector<deploy::Remote>& remotes
);

} // namespace ducksnest::app
