#include "sim/world.h"

#include "base/assert.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ducksnest::sim {

World::World(const Blueprint& blueprint, Trust& trust, Script script, const WorldOptions& options)
    : blueprint_(&blueprint)
    , script_(std::move(script))
    , kernel_(options.start, options.seed)
    , network_(blueprint)
    , cluster_(blueprint, kernel_)
    , control_plane_(cluster_, kernel_, network_, options.canary)
    , kubelets_(cluster_, kernel_, control_plane_, trust)
    , machines_(blueprint, kernel_, trust, *this)
    , database_(cluster_, kernel_, control_plane_, kubelets_) {
    for (std::uint32_t i = 0; i < script_.size(); ++i) {
        kernel_.at(options.start + script_[i].at, EventKind::script_step, i);
    }
    for (NodeIndex node = 0; node < blueprint.nodes.size(); ++node) {
        machines_.power_on(node);
    }
    database_.start();
}

bool World::step(Instant until) {
    if (kernel_.idle() || kernel_.next_at() > until) {
        return false;
    }
    const Event event = kernel_.take();
    if (event.kind == EventKind::script_step) {
        act(script_[event.subject]);
    } else if (event.kind == EventKind::machine_stage) {
        machines_.stage_ended(event.subject, event.epoch);
    } else {
        const bool handled =
            kubelets_.handle(event) || control_plane_.handle(event) || database_.handle(event);
        ASSERT(handled);
    }
    return true;
}

void World::run_until(Instant until) {
    while (step(until)) {
    }
    kernel_.advance_to(until);
}

void World::machine_running(NodeIndex node) {
    kubelets_.start(node);
    if (blueprint_->nodes[node].control_plane) {
        control_plane_.set_serving(node, true);
    }
}

void World::machine_lost(NodeIndex node) {
    kubelets_.kill(node);
    if (blueprint_->nodes[node].control_plane) {
        control_plane_.set_serving(node, false);
    }
}

void World::set_isolated(SiteIndex site, bool isolated) {
    if (network_.isolated(site) == isolated) {
        return;
    }
    if (isolated) {
        network_.isolate(site);
        kernel_.sometimes(Mark::site_isolated);
    } else {
        network_.rejoin(site);
    }
    kernel_.say(
        Topic::network,
        blueprint_->sites[site],
        isolated ? "is cut off from the other sites" : "is connected again"
    );
    control_plane_.network_changed();
}

void World::act(const Step& step) {
    const auto each_of_site = [&](auto&& work) {
        for (NodeIndex node = 0; node < blueprint_->nodes.size(); ++node) {
            if (blueprint_->nodes[node].site == step.target) {
                work(node);
            }
        }
    };
    switch (step.action) {
    case Action::kill:
        return machines_.power_off(step.target);
    case Action::return_:
        return machines_.power_on(step.target);
    case Action::kill_site:
        kernel_.sometimes(Mark::site_lost_power);
        return each_of_site([&](NodeIndex node) { machines_.power_off(node); });
    case Action::return_site:
        return each_of_site([&](NodeIndex node) { machines_.power_on(node); });
    case Action::isolate:
        return set_isolated(step.target, true);
    case Action::rejoin:
        return set_isolated(step.target, false);
    }
}

bool World::is_ready(NodeIndex node) const {
    return cluster_.node(node).registered && cluster_.node(node).posted &&
           cluster_.node(node).ready == Condition::true_;
}

bool World::is_excused(const Pod& pod) const {
    // A pod with a local volume waits for its machine; nobody can do better.
    const WorkloadBlueprint& wish = blueprint_->workloads[pod.workload];
    return !wish.pinned.empty() && machines_.off(wish.pinned[pod.ordinal]);
}

bool World::is_well() const {
    const std::vector<EdgeState>& edges = kubelets_.edges();
    if (!control_plane_.available() || std::ranges::find(edges, EdgeState::failed) != edges.end()) {
        return false;
    }
    for (NodeIndex node = 0; node < blueprint_->nodes.size(); ++node) {
        if (!machines_.off(node) && (!is_ready(node) || !machines_.running(node))) {
            return false;
        }
    }
    std::vector<std::uint32_t> running(blueprint_->workloads.size(), 0);
    for (const Pod& pod : cluster_.pods()) {
        const bool runs = pod.phase == Phase::running && pod.ready && !pod.deleting;
        running[pod.workload] += runs || is_excused(pod) ? 1U : 0U;
    }
    for (WorkloadIndex workload = 0; workload < running.size(); ++workload) {
        if (running[workload] < blueprint_->workloads[workload].replicas) {
            return false;
        }
    }
    return blueprint_->members.empty() || database_.writable();
}

std::vector<std::string> World::complaints() const {
    std::vector<std::string> found;
    if (!control_plane_.available()) {
        found.emplace_back("the API is gone: too few control planes run");
    }
    complain_about_nodes(found);
    for (const std::string& edge : kubelets_.failed_edges()) {
        found.push_back(fmt::format("the connection {} does not work", edge));
    }
    complain_about_pods(found);
    if (!blueprint_->members.empty() && !database_.writable()) {
        found.emplace_back(
            database_.leader() ? "the database cannot write: its primary or its synchronous "
                                 "standby is missing"
                               : "the database has no primary"
        );
    }
    return found;
}

void World::complain_about_nodes(std::vector<std::string>& found) const {
    for (NodeIndex node = 0; node < blueprint_->nodes.size(); ++node) {
        const Machine& machine = machines_.machine(node);
        if (machine.stage == Stage::off || (is_ready(node) && machines_.running(node))) {
            continue;
        }
        std::string reason = std::string(to_string(machine.stage));
        if (!machine.failure.empty()) {
            reason = machine.failure;
        } else if (machine.stage == Stage::running) {
            const std::string& problem = kubelets_.problem(node);
            reason = problem.empty() ? "has not told the API yet" : problem;
        }
        found.push_back(
            fmt::format("node `{}` is not Ready: {}", blueprint_->nodes[node].name, reason)
        );
    }
}

void World::complain_about_pods(std::vector<std::string>& found) const {
    std::vector<std::uint32_t> running(blueprint_->workloads.size(), 0);
    std::vector<std::string> waiting(blueprint_->workloads.size());
    for (const Pod& pod : cluster_.pods()) {
        const bool runs = pod.phase == Phase::running && pod.ready && !pod.deleting;
        running[pod.workload] += runs || is_excused(pod) ? 1U : 0U;
        if (!pod.waiting_for.empty()) {
            waiting[pod.workload] = pod.waiting_for;
        }
    }
    for (WorkloadIndex workload = 0; workload < running.size(); ++workload) {
        const WorkloadBlueprint& wish = blueprint_->workloads[workload];
        if (running[workload] < wish.replicas) {
            found.push_back(fmt::format(
                "`{}` has {} of {} pods running{}{}",
                wish.name,
                running[workload],
                wish.replicas,
                waiting[workload].empty() ? "" : ": ",
                waiting[workload]
            ));
        }
    }
}

std::uint64_t World::seal() {
    RunDigest& digest = kernel_.digest();
    for (NodeIndex node = 0; node < blueprint_->nodes.size(); ++node) {
        const NodeObject& object = cluster_.node(node);
        digest.fold(static_cast<std::uint64_t>(machines_.machine(node).stage));
        digest.fold(static_cast<std::uint64_t>(object.ready) + (object.registered ? 8U : 0U));
    }
    for (const Pod& pod : cluster_.pods()) {
        digest.fold(pod.name);
        digest.fold(pod.node ? *pod.node + 1U : 0U);
        digest.fold((pod.ready ? 1U : 0U) + (pod.deleting ? 2U : 0U));
    }
    for (const EdgeState edge : kubelets_.edges()) {
        digest.fold(static_cast<std::uint64_t>(edge));
    }
    digest.fold(database_.leader() ? *database_.leader() + 1U : 0U);
    return kernel_.seal();
}

} // namespace ducksnest::sim
