#include "drain_suite.h"

#include "deploy/cluster.h"
#include "kube/object.h"
#include "kube_objects.h"

#include <doctest/doctest.h>

namespace ducksnest::testing {
namespace {

using namespace std::chrono_literals;

constexpr const char* drained = "drained";

Json parse(const std::string& text) {
    return Json::parse(text).value();
}

Json node_json(const std::string& spec) {
    return parse(
        R"({"apiVersion":"v1","kind":"Node","metadata":{"name":"drained"},"spec":)" + spec + "}"
    );
}

bool is_unschedulable(kube::Kube& kube) {
    const Json node = kube.get({.api_version = "v1", .kind = "Node", .name = drained}).value();
    const Json* flag = kube::at_path(node, "spec.unschedulable");
    return flag != nullptr && *flag == Json(true);
}

/// A pod that runs on the node; `owner` is a kind, or nothing.
void put_pod(kube::Kube& kube, const std::string& name, const std::string& owner) {
    const std::string owners =
        owner.empty()
            ? ""
            : R"({"apiVersion":"apps/v1","kind":")" + owner +
                  R"(","name":"x","uid":"6a4b1e0a-0000-4000-8000-000000000000","controller":true})";
    REQUIRE(kube.create(parse(
        R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":")" + name +
        R"(","namespace":"conformance","labels":{"app":"drained"},"ownerReferences":[)" + owners +
        R"(]},"spec":{"nodeName":"drained","terminationGracePeriodSeconds":0,)"
        R"("containers":[{"name":"x","image":"example.org/x"}]}})"
    )));
    REQUIRE(kube.apply(
        parse(
            R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":")" + name +
            R"(","namespace":"conformance"},"status":{"phase":"Running",)"
            R"("conditions":[{"type":"Ready","status":"True"}]}})"
        ),
        {.field_manager = "node", .subresource = "status"}
    ));
}

bool has_pod(kube::Kube& kube, const std::string& name) {
    return kube
        .get({.api_version = "v1", .kind = "Pod", .namespace_name = conformance_space, .name = name}
        )
        .has_value();
}

void remove_pod(kube::Kube& kube, const std::string& name) {
    REQUIRE(kube.remove(
        {.api_version = "v1", .kind = "Pod", .namespace_name = conformance_space, .name = name},
        {.grace_seconds = 0}
    ));
}

void remove_node(kube::Kube& kube) {
    REQUIRE(kube.remove({.api_version = "v1", .kind = "Node", .name = drained}, {}));
}

} // namespace

void check_cordon(kube::Kube& kube, Timer& timer) {
    deploy::Cluster cluster(kube, timer);
    REQUIRE(kube.create(node_json(R"({"podCIDR":"10.244.9.0/24"})")));
    REQUIRE(cluster.cordon(drained));
    CHECK(is_unschedulable(kube));
    REQUIRE(cluster.uncordon(drained));
    CHECK(!is_unschedulable(kube));
    REQUIRE(cluster.uncordon(drained)); // what was not cordoned
    CHECK(!is_unschedulable(kube));

    // Somebody else wants it kept free: that outlives ours.
    REQUIRE(kube.apply(node_json(R"({"unschedulable":true})"), {.field_manager = "kubectl"}));
    REQUIRE(cluster.cordon(drained));
    REQUIRE(cluster.uncordon(drained));
    CHECK(is_unschedulable(kube));
    remove_node(kube);
}

void check_drain(kube::Kube& kube, Timer& timer) {
    deploy::Cluster cluster(kube, timer);
    make_namespace(kube);
    REQUIRE(kube.apply(
        Json::object(
            {{"apiVersion", "v1"}, {"kind", "ServiceAccount"}, {"metadata", metadata_of("default")}}
        ),
        {}
    ));
    REQUIRE(kube.create(node_json("{}")));
    put_pod(kube, "web", "ReplicaSet");
    put_pod(kube, "agent", "DaemonSet");
    put_pod(kube, "mine", "");

    const auto orphan = cluster.drain(drained, 2s, [] {});
    REQUIRE(!orphan);
    CHECK(
        orphan.error().message ==
        "nobody would start `conformance/mine` on `drained` again elsewhere"
    );
    CHECK(has_pod(kube, "web"));
    remove_pod(kube, "mine");

    const kube::Ref budget = {
        .api_version = "policy/v1",
        .kind = "PodDisruptionBudget",
        .namespace_name = conformance_space,
        .name = "drained"
    };
    REQUIRE(kube.create(
        parse(R"({"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":)"
              R"({"name":"drained","namespace":"conformance"},"spec":{"minAvailable":2,)"
              R"("selector":{"matchLabels":{"app":"drained"}}}})")
    ));
    const auto kept = cluster.drain(drained, 2s, [] {});
    REQUIRE(!kept);
    CHECK(kept.error().code == ErrorCode::timeout);
    CHECK(kept.error().message == "a disruption budget keeps `conformance/web` on `drained`");
    CHECK(has_pod(kube, "web"));

    // The budget goes while the drain waits for it.
    int rounds = 0;
    REQUIRE(cluster.drain(drained, 30s, [&] {
        if (++rounds == 2) {
            const Result<void> removed = kube.remove(budget, {});
            CHECK(removed);
        }
    }));
    CHECK(rounds >= 2);
    CHECK(!has_pod(kube, "web"));
    CHECK(has_pod(kube, "agent"));
    remove_pod(kube, "agent");
    remove_node(kube);
}

} // namespace ducksnest::testing
