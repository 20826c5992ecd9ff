#include "app/cluster_view.h"

#include "app/table.h"
#include "base/text.h"
#include "kube/object.h"
#include "kube/readiness.h"
#include "plan/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ducksnest::app {
namespace {

NodeView view_of(const Json& node) {
    NodeView view{
        .name = kube::text_at(node, "metadata.name"),
        .version = kube::text_at(node, "status.nodeInfo.kubeletVersion"),
        .is_ready = kube::has_condition(node, "Ready"),
    };
    // Label names have dots of their own, so no dotted path leads there.
    if (const Json* labels = kube::at_path(node, "metadata.labels")) {
        const Json* zone = labels->find(plan::zone_label);
        view.zone = zone != nullptr && zone->as_string() != nullptr ? *zone->as_string() : "";
    }
    const Json* addresses = kube::at_path(node, "status.addresses");
    if (addresses != nullptr && addresses->as_array() != nullptr) {
        for (const Json& address : *addresses->as_array()) {
            if (kube::text_at(address, "type") == "InternalIP") {
                view.address = kube::text_at(address, "address");
            }
        }
    }
    return view;
}

} // namespace

std::size_t ClusterView::ready_nodes() const {
    return static_cast<std::size_t>(std::ranges::count(nodes, true, &NodeView::is_ready));
}

Result<ClusterView> look_at_cluster(kube::Kube& kube) {
    std::map<std::string, NodeView> nodes;
    TRY(kube.list({.api_version = "v1", .kind = "Node"}, [&](const Json& node) {
        NodeView view = view_of(node);
        nodes.insert_or_assign(view.name, view);
        return true;
    }));
    TRY(kube.list({.api_version = "v1", .kind = "Pod"}, [&](const Json& pod) {
        if (const auto at = nodes.find(kube::text_at(pod, "spec.nodeName")); at != nodes.end()) {
            ++at->second.pods;
            at->second.ready_pods += kube::has_condition(pod, "Ready") ? 1 : 0;
        }
        return true;
    }));
    ClusterView view;
    for (auto& [name, node] : nodes) {
        view.nodes.push_back(std::move(node));
    }
    return view;
}

Result<ClusterView> wait_for_nodes(Context& context, kube::Kube& kube, std::size_t count) {
    constexpr Duration poll(250);
    const Duration deadline = context.timer().elapsed() + *context.arguments().duration("wait");
    context.progress().begin("waiting for the nodes", count);
    while (true) {
        ClusterView view = TRY(look_at_cluster(kube));
        const std::size_t ready = view.ready_nodes();
        context.progress().advance(ready, fmt::format("{} of {} Ready", ready, count));
        if (ready >= count || context.timer().elapsed() >= deadline) {
            context.progress().end(fmt::format("{} of {} Ready", ready, count_of(count, "node")));
            return view;
        }
        TRY(context.timer().pause(poll, {}));
    }
}

std::string show(const ClusterView& view, const Style& style) {
    Table table(
        {{.title = "NODE"},
         {.title = "ZONE"},
         {.title = "ADDRESS"},
         {.title = "STATUS"},
         {.title = "PODS", .align = Align::right},
         {.title = "VERSION"}}
    );
    for (const NodeView& node : view.nodes) {
        table.add(
            {{node.name, Tone::strong},
             {node.zone},
             {node.address},
             {node.is_ready ? "Ready" : "NotReady", node.is_ready ? Tone::good : Tone::bad},
             {fmt::format("{}/{}", node.ready_pods, node.pods)},
             {node.version}}
        );
    }
    return table.render(style);
}

Json to_json(const ClusterView& view) {
    Json::Array nodes;
    for (const NodeView& node : view.nodes) {
        nodes.push_back(Json::object(
            {{"address", node.address},
             {"name", node.name},
             {"pods", node.pods},
             {"ready", node.is_ready},
             {"ready_pods", node.ready_pods},
             {"version", node.version},
             {"zone", node.zone}}
        ));
    }
    return Json::object({{"schema", "ducksnest.cluster/1"}, {"nodes", std::move(nodes)}});
}

} // namespace ducksnest::app
