#pragma once

#include "app/context.h"
#include "app/terminal.h"
#include "base/json.h"
#include "base/result.h"
#include "ports/kube.h"

#include <cstddef>
#include <string>
#include <vector>

namespace ducksnest::app {

struct NodeView {
    std::string name{};
    std::string zone{};
    std::string address{};
    std::string version{}; ///< Of its kubelet: "v1.36.5".
    bool is_ready = false;
    int pods = 0;
    int ready_pods = 0;
};

/// What an API server says of its nodes, sorted by name.
struct ClusterView {
    std::vector<NodeView> nodes{};

    std::size_t ready_nodes() const;
};

Result<ClusterView> look_at_cluster(kube::Kube& kube);

/// Until so many nodes are Ready, or time (--wait) is up; the view is the last one seen.
Result<ClusterView> wait_for_nodes(Context& context, kube::Kube& kube, std::size_t count);

/// A table for people.
std::string show(const ClusterView& view, const Style& style);
/// "ducksnest.cluster/1".
Json to_json(const ClusterView& view);

} // namespace ducksnest::app
