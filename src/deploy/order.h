#pragma once

#include "deploy/activation.h"
#include "plan/plan.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ducksnest::deploy {

/// When a node restarts into its new system instead of switching to it while it runs.
enum class RestartRule : std::uint8_t {
    needed, ///< When kernel, initrd or modules differ.
    always,
    never,
};

/// A member of the database as it stands when a deployment begins.
struct Member {
    std::string node{};
    bool is_primary = false;
    bool is_synchronous = false; ///< Every commit waits for it.
    bool is_ready = true;

    bool operator==(const Member&) const = default;
};

/// The members as the plan has them, all of them well.
std::vector<Member> planned_members(const plan::Plan& plan);

/// What is done to one node.
struct Task {
    std::string node{};
    std::string system{};
    Way way = Way::in_place;
    bool drains = true;
    bool has_joined = true; ///< The cluster knows it, so its being Ready counts.
    std::string why{}; ///< Why it is done in another way than usual; empty: the usual one.

    bool operator==(const Task&) const = default;
};

/// What may fail together, one after the other within.
struct Wave {
    std::string name{}; ///< "control plane", "site `home`".
    std::vector<Task> tasks{};
};

struct Remark {
    std::string node{};
    std::string why{};

    bool operator==(const Remark&) const = default;
};

/// What a deployment is going to do.
struct DeployPlan {
    std::vector<Wave> waves{};
    std::vector<Remark> current{}; ///< Nodes that run and start with what is wanted.
    std::vector<Remark> held{};    ///< Nodes that must not be taken now.
};

struct OrderRequest {
    const plan::Plan& plan;
    std::map<std::string, std::string> wanted{};  ///< Node to system; the targets.
    std::map<std::string, NodeReport> observed{}; ///< Of every target.
    RestartRule restart = RestartRule::needed;
    std::vector<Member> members{}; ///< Of the database.
    bool drains = true;
    std::set<std::string> joined{}; ///< Nodes that the cluster knows; others are not drained.
};

/// The order of a deployment: control planes first, since a kubelet must not be newer than its API
/// server (kubernetes.io/releases/version-skew-policy), each alone; then site after site, the
/// database's primary last. A member of the database that no other can stand in for is left
/// running: its node is switched without draining it, and held back when that would not do.
DeployPlan plan_deployment(const OrderRequest& request);

} // namespace ducksnest::deploy
