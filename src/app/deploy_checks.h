#pragma once

#include "app/context.h"
#include "model/homelab.h"
#include "plan/plan.h"

#include <map>
#include <string>
#include <vector>

/// What has to be true before a deployment asks the first node for anything.
namespace ducksnest::app {

/// That every rendered file is what homelab.toml says. `conflict` names the first that is not.
Result<void> check_rendered(Context& context, const plan::Plan& plan);

/// That what is deployed can be found again: everything in the homelab's folder is committed.
/// `conflict` names what is not.
Result<void> check_committed(Context& context);

/// The nodes of --node, or all. `invalid` names one that is not in homelab.toml.
Result<std::vector<std::string>> target_nodes(Context& context, const plan::Plan& plan);

/// `NODE=VALUE` of a repeated flag. `invalid`: no such node, no `=`, or a node twice.
Result<std::map<std::string, std::string>>
values_by_node(Context& context, std::string_view flag, const plan::Plan& plan);

} // namespace ducksnest::app
