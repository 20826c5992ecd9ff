#pragma once

#include "deploy/order.h"
#include "ports/kube.h"
#include "ports/timer.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace ducksnest::deploy {

/// A node as its cluster sees it.
struct NodeHealth {
    bool is_ready = false;
    std::string why{};     ///< What its kubelet says when it is not.
    std::string renewed{}; ///< When its lease was renewed last; empty: never.
};

/// What a deployment asks of the cluster around a switch.
class Cluster {
public:
    /// Both doors must outlive it.
    Cluster(kube::Kube& kube, Timer& timer)
        : kube_(kube)
        , timer_(timer) {}

    /// Names of the nodes that have joined.
    Result<std::set<std::string>> nodes();
    /// Members of the database as Patroni keeps them; `planned` where the cluster does not say.
    Result<std::vector<Member>> members(std::vector<Member> planned);
    /// Keeps new pods away. What others set stays theirs: it outlives `uncordon`.
    Result<void> cordon(const std::string& node);
    Result<void> uncordon(const std::string& node);
    /// Evicts every pod but those that belong to the node (DaemonSets, static pods), and waits
    /// until they are gone. `timeout` names pods that a disruption budget kept; `conflict` pods
    /// that nobody would start again elsewhere.
    Result<void>
    drain(const std::string& node, Duration patience, const std::function<void()>& on_wait);
    Result<NodeHealth> health(const std::string& node);

private:
    struct Pod {
        std::string space{};
        std::string name{};
        std::string uid{};
    };
    Result<std::vector<Pod>> pods_to_move(const std::string& node);

    kube::Kube& kube_;
    Timer& timer_;
};

} // namespace ducksnest::deploy
