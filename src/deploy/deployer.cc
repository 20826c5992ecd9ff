#include "deploy/deployer.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ducksnest::deploy {
namespace {

using namespace std::chrono_literals;

/// Calls that wait for nodes: more at once only make a small machine's link queue.
constexpr std::size_t calls_at_once = 16;

std::vector<std::string> names_of(const std::map<std::string, std::string>& wanted) {
    std::vector<std::string> names;
    for (const auto& [node, system] : wanted) {
        names.push_back(node);
    }
    return names;
}

} // namespace

Deployer::Deployer(
    DeployDoors doors, const plan::Plan& plan, DeployTimes times, std::vector<NodeLink> links
)
    : doors_(std::move(doors))
    , plan_(plan)
    , times_(times) {
    for (NodeLink& link : links) {
        std::string name = link.remote().node;
        links_.emplace(std::move(name), std::move(link));
    }
}

NodeLink& Deployer::link(const std::string& node) {
    return links_.at(node);
}

NodeErrors Deployer::each(
    const std::vector<std::string>& nodes, const std::function<Result<void>(NodeLink& link)>& work
) {
    NodeErrors errors;
    if (nodes.empty()) {
        return errors;
    }
    std::mutex mutex;
    doors_.open_threads(std::min(nodes.size(), calls_at_once))
        ->for_each(nodes.size(), [&](std::size_t i) {
            Result<void> done = work(link(nodes[i]));
            if (!done) {
                const std::scoped_lock guard(mutex);
                errors.emplace(nodes[i], std::move(done).error());
            }
        });
    return errors;
}

NodeErrors Deployer::look(
    const std::map<std::string, std::string>& wanted, std::map<std::string, NodeReport>& found
) {
    std::mutex mutex;
    return each(names_of(wanted), [&](NodeLink& link) -> Result<void> {
        NodeReport report = TRY(link.status(wanted.at(link.remote().node)));
        const std::scoped_lock guard(mutex);
        found.insert_or_assign(link.remote().node, std::move(report));
        return {};
    });
}

Result<void> Deployer::lock(const std::vector<std::string>& nodes, const std::string& holder) {
    holder_ = holder;
    // In the order of names: of two deployments one gets all that both want.
    std::vector<std::string> sorted = nodes;
    std::ranges::sort(sorted);
    for (const std::string& node : sorted) {
        const Result<NodeReport> locked = link(node).lock(holder, times_.lease);
        if (!locked) {
            unlock();
            return std::unexpected(locked.error());
        }
        held_.push_back(node);
    }
    return {};
}

void Deployer::unlock() {
    const NodeErrors ignored = each(std::exchange(held_, {}), [](NodeLink& link) -> Result<void> {
        TRY(link.unlock());
        return {};
    });
}

void Deployer::renew() {
    // A node that does not answer is restarting, or gone: its lease counts on from its next boot.
    for (const auto& [node, error] : each(held_, [&](NodeLink& link) -> Result<void> {
             TRY(link.lock(holder_, times_.lease));
             return {};
         })) {
        is_lost_ = is_lost_ || error.code == ErrorCode::conflict;
    }
}

Result<void> Deployer::keeping_leases(const std::function<Result<void>()>& work) {
    Result<void> result;
    std::stop_source over;
    doors_.open_threads(2)->for_each(2, [&](std::size_t i) {
        if (i == 0) {
            result = work();
            over.request_stop();
            return;
        }
        while (doors_.timer.pause(times_.lease / 4, over.get_token())) {
            renew();
        }
    });
    return result;
}

NodeErrors Deployer::fetch(const std::map<std::string, std::string>& wanted) {
    return each(names_of(wanted), [&](NodeLink& link) -> Result<void> {
        TRY(link.fetch(wanted.at(link.remote().node)));
        return {};
    });
}

NodeErrors
Deployer::copy(const std::map<std::string, std::string>& wanted, const std::string& store) {
    return each(names_of(wanted), [&](NodeLink& link) {
        return link.copy(wanted.at(link.remote().node), store);
    });
}

Result<void> Deployer::wait_until_settled(const std::vector<std::string>& nodes) {
    const NodeErrors errors = each(nodes, [&](NodeLink& link) -> Result<void> {
        const Duration end = doors_.timer.elapsed() + times_.patience + times_.restart;
        while (doors_.timer.elapsed() < end) {
            const Result<NodeReport> report = link.status("");
            // What is tried by a deployment that is over may be tried anew: that is not waited for.
            if (report && report->trial.phase != Phase::reverting &&
                report->trial.phase != Phase::confirming) {
                return {};
            }
            TRY(doors_.timer.pause(times_.poll, {}));
        }
        return fail(
            ErrorCode::timeout, fmt::format("`{}` is still between two systems", link.remote().node)
        );
    });
    return errors.empty() ? Result<void>() : std::unexpected(errors.begin()->second);
}

std::vector<NodeResult> Deployer::run(const DeployPlan& plan) {
    std::vector<NodeResult> results;
    bool goes_on = true;
    for (const Wave& wave : plan.waves) {
        for (const Task& task : wave.tasks) {
            if (goes_on && !is_lost_) {
                results.push_back(run_node(task));
                goes_on = results.back().outcome == NodeOutcome::confirmed;
            } else {
                results.push_back(
                    {.node = task.node,
                     .detail = is_lost_ ? "another deployment has taken over"
                                        : "not begun: an earlier node did not end well"}
                );
            }
        }
    }
    return results;
}

NodeResult Deployer::run_node(const Task& task) {
    Moment moment{.run = NodeRun(task), .begun = doors_.timer.elapsed()};
    doors_.progress.begin(task.node, 0);
    Step last = moment.run.step();
    while (moment.run.step() != Step::over) {
        if (moment.run.step() != Step::uncordon) {
            last = moment.run.step();
        }
        doors_.progress.advance(0, to_string(moment.run.step()));
        step(moment);
    }
    const NodeOutcome outcome = moment.run.outcome();
    doors_.progress.end(fmt::format("{}: {}", task.node, to_string(outcome)));
    return {
        .node = task.node,
        .outcome = outcome,
        .last = last,
        .detail = moment.run.detail(),
        .probes = std::move(moment.probes),
        .took = doors_.timer.elapsed() - moment.begun,
    };
}

ProbeRequest Deployer::probes_for(const std::string& node) const {
    const plan::NodePlan& here = *plan_.find_node(node);
    ProbeRequest request{
        .api = plan_.api_server,
        .authorities = "/run/ducksnest/secrets/bundles/cluster.crt",
    };
    for (const auto& unit : here.units) {
        request.units.push_back(unit->name);
    }
    std::set<std::string> sites = {here.site};
    for (const plan::NodePlan& other : plan_.nodes) {
        const bool is_new_site = other.site != here.site && sites.insert(other.site).second;
        if (other.name != node && (other.role == model::Role::control_plane || is_new_site)) {
            request.addresses.push_back(net::to_string(other.address));
        }
    }
    return request;
}

/// From the begin of a switch until the node has certainly ended on one of both systems.
Duration Deployer::longest(const Task& task) const {
    const int boots = task.way == Way::restart ? 2 : 1;
    return boots * (times_.patience + times_.restart) + times_.settle;
}

} // namespace ducksnest::deploy
