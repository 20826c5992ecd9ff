#pragma once

#include "deploy/cluster.h"
#include "deploy/node_link.h"
#include "deploy/node_run.h"
#include "deploy/order.h"
#include "plan/plan.h"
#include "ports/parallel.h"
#include "ports/progress.h"
#include "ports/timer.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace ducksnest::deploy {

struct DeployTimes {
    Duration patience = Duration(300'000); ///< A node goes back when it is not confirmed by then.
    Duration settle = Duration(120'000);   ///< How long probes may stay bad after a switch.
    Duration restart = Duration(900'000);  ///< How long a node may take to restart.
    Duration drain = Duration(600'000);
    Duration lease = Duration(60'000); ///< A dead deployment's hold on the nodes ends by then.
    Duration poll = Duration(500);
};

struct DeployDoors {
    Timer& timer;
    Progress& progress;
    /// So many threads, for calls that wait for nodes.
    std::function<std::unique_ptr<Parallel>(std::size_t threads)> open_threads;
    Cluster* cluster = nullptr; ///< None: nodes are not drained, nor looked at through the API.
};

/// How a node's deployment ended.
struct NodeResult {
    std::string node{};
    NodeOutcome outcome = NodeOutcome::pending;
    Step last = Step::cordon; ///< The step that ended it.
    std::string detail{};
    std::vector<Probe> probes{}; ///< As they were seen last.
    Duration took{};
};

/// Which error each node gave, by name; empty when all is well.
using NodeErrors = std::map<std::string, Error>;

/// Brings nodes to their systems, by calls over SSH. What is true is always asked of the nodes:
/// this keeps no state, and another one goes on from whatever the last one left.
class Deployer {
public:
    /// `plan` and the doors must outlive it.
    Deployer(
        DeployDoors doors, const plan::Plan& plan, DeployTimes times, std::vector<NodeLink> links
    );

    /// Asks all nodes at once; the reports of those that answered, the errors of the others.
    NodeErrors look(
        const std::map<std::string, std::string>& wanted, std::map<std::string, NodeReport>& found
    );
    /// Takes the lease of all of these or of none. The error of who has it: `conflict`.
    Result<void> lock(const std::vector<std::string>& nodes, const std::string& holder);
    void unlock();
    /// Lets all nodes fetch their systems at once.
    NodeErrors fetch(const std::map<std::string, std::string>& wanted);
    NodeErrors copy(const std::map<std::string, std::string>& wanted, const std::string& store);
    /// Runs `work` while the leases are kept. Errors of that come out.
    Result<void> keeping_leases(const std::function<Result<void>()>& work);
    /// Waits until no node is between two systems any more.
    Result<void> wait_until_settled(const std::vector<std::string>& nodes);
    /// One task after the other. After one that did not end well nothing more begins.
    std::vector<NodeResult> run(const DeployPlan& plan);

private:
    struct Moment {
        NodeRun run;
        Duration begun{};
        Duration since_begin{};           ///< When the switch began.
        std::string renewed{};            ///< The node's lease in the cluster before that.
        std::set<std::string> forgiven{}; ///< Probes that were bad before.
        std::vector<Probe> probes{};
    };

    NodeLink& link(const std::string& node);
    NodeErrors each(
        const std::vector<std::string>& nodes,
        const std::function<Result<void>(NodeLink& link)>& work
    );
    NodeResult run_node(const Task& task);
    void step(Moment& moment);
    void begin(Moment& moment);
    void await(Moment& moment);
    void probe(Moment& moment);
    void confirm(Moment& moment);
    void settle(Moment& moment);
    std::vector<Probe> look_closely(const Moment& moment);
    ProbeRequest probes_for(const std::string& node) const;
    Duration longest(const Task& task) const;
    void renew();

    DeployDoors doors_;
    const plan::Plan& plan_;
    DeployTimes times_;
    std::map<std::string, NodeLink> links_{};
    std::vector<std::string> held_{}; ///< Nodes whose lease is ours.
    std::string holder_{};
    std::atomic<bool> is_lost_ = false; ///< Another deployment has taken a lease of ours.
};

} // namespace ducksnest::deploy
