#include "sim/report.h"

#include "sim/run_digest.h"

#include <algorithm>

namespace ducksnest::sim {
namespace {

std::string state_of(const World& world, NodeIndex node) {
    const Machine& machine = world.machines().machine(node);
    if (machine.stage == Stage::off) {
        return "off";
    }
    if (world.is_ready(node) && machine.stage == Stage::running) {
        return "Ready";
    }
    return machine.stage == Stage::running ? "NotReady" : "booting";
}

NodeRow make_row(const World& world, const plan::NodePlan& node, const Trust& trust) {
    const NodeIndex index = *world.blueprint().find_node(node.name);
    NodeRow row;
    row.name = node.name;
    row.site = node.site;
    row.address = net::to_string(node.address);
    row.role = std::string(model::to_string(node.role));
    row.state = state_of(world, index);
    row.pods = world.kubelets().containers(index).size();
    row.requested = world.cluster().requested_memory(index);
    row.allocatable = world.blueprint().nodes[index].memory;
    row.certificate_expires = trust.expires(index);
    return row;
}

WorkloadRow make_row(const World& world, WorkloadIndex workload) {
    const WorkloadBlueprint& wish = world.blueprint().workloads[workload];
    WorkloadRow row{.name = wish.name, .wanted = wish.replicas};
    for (const Pod& pod : world.cluster().pods()) {
        if (pod.workload != workload) {
            continue;
        }
        if (pod.phase == Phase::running && pod.ready && !pod.deleting) {
            ++row.running;
            row.nodes.push_back(world.cluster().name(*pod.node));
        }
        if (!pod.waiting_for.empty()) {
            row.waiting_for = pod.waiting_for;
        }
    }
    std::ranges::sort(row.nodes);
    return row;
}

MemberRow make_row(const World& world, const plan::DatabaseMember& member, MemberIndex index) {
    const Database& database = world.database();
    MemberRow row{.node = member.node, .site = member.site, .role = "down"};
    if (database.is_primary(index)) {
        row.role = "primary";
    } else if (database.is_streaming(index)) {
        row.role = database.sync_standby() == index ? "synchronous standby" : "standby";
    }
    return row;
}

TrustSummary summarize(const World& world, const ForbiddenEdges& forbidden) {
    const std::vector<EdgeState>& edges = world.kubelets().edges();
    return {
        .edges = edges.size(),
        .green = static_cast<std::size_t>(std::ranges::count(edges, EdgeState::green)),
        .failed = static_cast<std::size_t>(std::ranges::count(edges, EdgeState::failed)),
        .forbidden = forbidden.tried,
        .refused = forbidden.tried - forbidden.accepted.size(),
    };
}

Json to_json(const NodeRow& row) {
    return Json::object(
        {{"address", row.address},
         {"allocatable_bytes", row.allocatable * 1'048'576},
         {"certificate_expires",
          row.certificate_expires ? Json(format_time(*row.certificate_expires)) : Json()},
         {"name", row.name},
         {"pods", static_cast<std::int64_t>(row.pods)},
         {"requested_bytes", row.requested * 1'048'576},
         {"role", row.role},
         {"site", row.site},
         {"state", row.state}}
    );
}

Json to_json(const WorkloadRow& row) {
    return Json::object(
        {{"name", row.name},
         {"nodes", Json::strings(row.nodes)},
         {"running", static_cast<std::int64_t>(row.running)},
         {"waiting_for", row.waiting_for.empty() ? Json() : Json(row.waiting_for)},
         {"wanted", static_cast<std::int64_t>(row.wanted)}}
    );
}

Json to_json(const MemberRow& row) {
    return Json::object({{"node", row.node}, {"role", row.role}, {"site", row.site}});
}

template <class Rows>
Json rows_to_json(const Rows& rows) {
    Json::Array items;
    for (const auto& row : rows) {
        items.push_back(to_json(row));
    }
    return items;
}

Json timeline_to_json(const TwinReport& report) {
    Json::Array items;
    for (const Happening& happening : report.timeline) {
        items.push_back(Json::object(
            {{"after_ms", (happening.at - report.start).count()},
             {"subject", happening.subject},
             {"text", happening.text},
             {"topic", to_string(happening.topic)}}
        ));
    }
    return items;
}

} // namespace

TwinReport make_report(World& world, const plan::Plan& plan, Trust& trust) {
    TwinReport report;
    report.homelab = plan.homelab;
    for (const plan::NodePlan& node : plan.nodes) {
        report.nodes.push_back(make_row(world, node, trust));
    }
    for (WorkloadIndex i = 0; i < world.blueprint().workloads.size(); ++i) {
        report.workloads.push_back(make_row(world, i));
    }
    for (MemberIndex i = 0; i < plan.database.size(); ++i) {
        report.database.push_back(make_row(world, plan.database[i], i));
    }
    const ForbiddenEdges forbidden = trust.forbidden();
    report.trust = summarize(world, forbidden);
    if (!world.script().empty()) {
        const Instant from = world.kernel().start() + world.script().front().at;
        for (const Happening& happening : world.kernel().timeline()) {
            if (happening.at >= from) {
                report.timeline.push_back(happening);
            }
        }
    }
    report.complaints = world.complaints();
    for (const std::string& accepted : forbidden.accepted) {
        report.complaints.push_back("a forbidden connection was accepted: " + accepted);
    }
    report.start = world.kernel().start();
    report.simulated = world.kernel().elapsed();
    report.events = world.kernel().events();
    report.digest = world.seal();
    return report;
}

Json to_json(const TwinReport& report) {
    return Json::object(
        {{"complaints", Json::strings(report.complaints)},
         {"database", rows_to_json(report.database)},
         {"digest", format_digest(report.digest)},
         {"events", static_cast<std::int64_t>(report.events)},
         {"homelab", report.homelab},
         {"nodes", rows_to_json(report.nodes)},
         {"ready_after_ms", report.ready_after ? Json(report.ready_after->count()) : Json()},
         {"schema", "ducksnest.twin/1"},
         {"seed", static_cast<std::int64_t>(report.seed)},
         {"simulated_ms", report.simulated.count()},
         {"timeline", timeline_to_json(report)},
         {"trust",
          Json::object(
              {{"edges", static_cast<std::int64_t>(report.trust.edges)},
               {"failed", static_cast<std::int64_t>(report.trust.failed)},
               {"forbidden", static_cast<std::int64_t>(report.trust.forbidden)},
               {"green", static_cast<std::int64_t>(report.trust.green)},
               {"refused", static_cast<std::int64_t>(report.trust.refused)}}
          )},
         {"well", report.is_well()},
         {"workloads", rows_to_json(report.workloads)}}
    );
}

} // namespace ducksnest::sim
