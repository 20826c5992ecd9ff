#include "plan/labels.h"
#include "plan/testing/homelabs.h"

#include <doctest/doctest.h>

namespace ducksnest::plan {
namespace {

const Machine& machine(const Context& context, std::string_view name) {
    for (const Machine& each : context.machines) {
        if (each.node->name == name) {
            return each;
        }
    }
    FAIL("no such machine");
    return context.machines.front();
}

TEST_CASE("labels: the zone of every node is its site") {
    const model::Homelab homelab = testing::owners_homelab();
    const Context context = make_context(homelab);
    for (const Machine& each : context.machines) {
        CHECK(labels_of(each).at("topology.kubernetes.io/zone") == each.site->name);
    }
    CHECK(
        labels_of(machine(context, "control-plane")) ==
        std::map<std::string, std::string>{
            {"ducksnest/memory-class", "medium"},
            {"ducksnest/provider", "aws"},
            {"node-role.kubernetes.io/control-plane", ""},
            {"node.kubernetes.io/instance-type", "t3.medium"},
            {"topology.kubernetes.io/region", "ap-northeast-2"},
            {"topology.kubernetes.io/zone", "aws"},
        }
    );
}

TEST_CASE("labels: the kubelet gives itself what NodeRestriction lets it") {
    CHECK(kubelet_may_set("topology.kubernetes.io/zone"));
    CHECK(kubelet_may_set("node.kubernetes.io/instance-type"));
    CHECK(kubelet_may_set("ducksnest/memory-class"));
    CHECK(kubelet_may_set("plain"));
    CHECK_FALSE(kubelet_may_set("node-role.kubernetes.io/worker"));
    CHECK_FALSE(kubelet_may_set("node-restriction.kubernetes.io/x"));
    CHECK_FALSE(kubelet_may_set("other.k8s.io/x"));
}

TEST_CASE("taints: the small machine and the small control plane say why") {
    const model::Homelab homelab = testing::owners_homelab();
    const Context context = make_context(homelab);
    CHECK(taints_of(machine(context, "firebat")).empty());
    CHECK(
        taints_of(machine(context, "old")) ==
        std::vector<Taint>{
            {.key = "ducksnest/small-memory",
             .value = "true",
             .effect = "NoSchedule",
             .why = "has 1.9 GiB, of which 1221 MiB remain for pods; only what asks for little and "
                    "says so may stand here"}
        }
    );
    CHECK(
        taints_of(machine(context, "control-plane")) ==
        std::vector<Taint>{
            {.key = "node-role.kubernetes.io/control-plane",
             .value = "",
             .effect = "NoSchedule",
             .why = "etcd and the API server share its 4.0 GiB; only what tolerates it may stand "
                    "beside them"}
        }
    );
}

TEST_CASE("taints: a large laptop that becomes a control plane goes on carrying pods") {
    const model::Homelab homelab = testing::three_control_planes();
    const Context context = make_context(homelab);
    CHECK(taints_of(machine(context, "firebat")).empty());
}

} // namespace
} // namespace ducksnest::plan
