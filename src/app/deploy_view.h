#pragma once

#include "app/terminal.h"
#include "base/json.h"
#include "deploy/deployer.h"
#include "deploy/order.h"

#include <string>
#include <vector>

/// A deployment for people and programs.
namespace ducksnest::app {

/// What is going to be done, in order.
std::string describe(const deploy::DeployPlan& plan, const Style& style);

/// What was done: a table, and under it what went wrong.
std::string describe(const std::vector<deploy::NodeResult>& results, const Style& style);

/// "ducksnest.deploy/1"; without results it was only planned.
Json to_json(const deploy::DeployPlan& plan, const std::vector<deploy::NodeResult>& results);

} // namespace ducksnest::app
