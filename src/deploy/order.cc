#include "deploy/order.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace ducksnest::deploy {
namespace {

const Member* find_member(const OrderRequest& request, std::string_view node) {
    const auto found = std::ranges::find(request.members, node, &Member::node);
    return found == request.members.end() ? nullptr : &*found;
}

/// Why nobody could stand in for this node's member; empty when somebody can, or there is none.
/// Without synchronous replication nothing is promised that could be broken.
std::string irreplaceable(const OrderRequest& request, std::string_view node) {
    const Member* member = find_member(request, node);
    const bool is_promised = std::ranges::any_of(request.members, &Member::is_synchronous);
    if (member == nullptr || !is_promised) {
        return "";
    }
    const auto others = [&](auto&& suits) {
        return std::ranges::count_if(request.members, [&](const Member& other) {
            return other.node != node && other.is_ready && suits(other);
        });
    };
    if (member->is_primary) {
        return others([](const Member& other) { return other.is_synchronous; }) > 0
                   ? ""
                   : "no synchronous member could take over from its primary";
    }
    if (!member->is_synchronous ||
        others([](const Member& other) { return other.is_synchronous; }) > 0) {
        return "";
    }
    return others([](const Member& other) { return !other.is_primary; }) > 0
               ? ""
               : "it has the last synchronous database member";
}

/// Low first: who matters least to the database goes first.
int weight(const OrderRequest& request, std::string_view node) {
    const Member* member = find_member(request, node);
    if (member == nullptr) {
        return 0;
    }
    return member->is_primary ? 3 : member->is_synchronous ? 2 : 1;
}

struct Judgement {
    Task task{};
    std::string held{}; ///< Why it must not be taken now.
};

Judgement judge(const OrderRequest& request, const std::string& node) {
    const NodeReport& report = request.observed.at(node);
    const bool restarts = request.restart == RestartRule::always ||
                          (request.restart == RestartRule::needed && report.needs_restart);
    Judgement judgement{
        .task =
            {.node = node,
             .system = request.wanted.at(node),
             .way = restarts ? Way::restart : Way::in_place,
             .drains = request.drains},
    };
    Task& task = judgement.task;
    task.has_joined = request.joined.contains(node);
    if (task.drains && !task.has_joined) {
        task.drains = false;
        task.why = "the cluster does not know it yet";
    }
    if (const std::string last = irreplaceable(request, node); !last.empty()) {
        if (restarts) {
            judgement.held = last + ", and the new system needs a restart";
        } else {
            task.drains = false;
            task.why = last;
        }
    }
    return judgement;
}

bool is_current(const NodeReport& report, const std::string& wanted) {
    return report.current == wanted && report.standard == wanted &&
           !is_under_way(report.trial.phase);
}

} // namespace

std::vector<Member> planned_members(const plan::Plan& plan) {
    std::vector<Member> members;
    for (const plan::DatabaseMember& member : plan.database) {
        members.push_back(
            {.node = member.node,
             .is_primary = members.empty(),
             .is_synchronous = member.synchronous}
        );
    }
    return members;
}

DeployPlan plan_deployment(const OrderRequest& request) {
    DeployPlan plan;
    std::vector<const plan::NodePlan*> control_planes;
    std::map<std::string, std::vector<const plan::NodePlan*>> sites;
    for (const plan::NodePlan& node : request.plan.nodes) {
        const auto wanted = request.wanted.find(node.name);
        if (wanted == request.wanted.end()) {
            continue;
        }
        if (is_current(request.observed.at(node.name), wanted->second)) {
            plan.current.push_back({.node = node.name, .why = "runs and starts with it already"});
        } else if (node.role == model::Role::control_plane) {
            control_planes.push_back(&node);
        } else {
            sites[node.site].push_back(&node);
        }
    }
    const auto order = [&](const plan::NodePlan* node) {
        return std::tuple(weight(request, node->name), node->name);
    };
    const auto add = [&](std::string name, const std::vector<const plan::NodePlan*>& nodes) {
        Wave wave{.name = std::move(name)};
        for (const plan::NodePlan* node : nodes) {
            Judgement judgement = judge(request, node->name);
            if (judgement.held.empty()) {
                wave.tasks.push_back(std::move(judgement.task));
            } else {
                plan.held.push_back({.node = node->name, .why = std::move(judgement.held)});
            }
        }
        if (!wave.tasks.empty()) {
            plan.waves.push_back(std::move(wave));
        }
    };
    std::ranges::sort(control_planes, {}, order);
    for (const plan::NodePlan* node : control_planes) {
        add("control plane", {node});
    }
    std::vector<std::tuple<int, std::string>> site_order;
    for (auto& [site, nodes] : sites) {
        std::ranges::sort(nodes, {}, order);
        site_order.emplace_back(weight(request, nodes.back()->name), site);
    }
    std::ranges::sort(site_order);
    for (const auto& [last, site] : site_order) {
        add(fmt::format("site `{}`", site), sites.at(site));
    }
    return plan;
}

} // namespace ducksnest::deploy
