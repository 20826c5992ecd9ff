#include "deploy/cluster.h"
#include "kube/object.h"
#include "sim/api_server.h"
#include "sim/doors.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::deploy;
using namespace std::chrono_literals;

namespace {

struct Bench {
    Bench() {
        put(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"apps"}})");
        put(R"({"apiVersion":"v1","kind":"Node","metadata":{"name":"alpha"},)"
            R"("spec":{"podCIDR":"10.244.1.0/24"}})");
    }

    /// With its status, which a create leaves out.
    void put(std::string_view json) {
        const Json object = Json::parse(json).value();
        REQUIRE(api.create(object));
        if (object.find("status") != nullptr) {
            REQUIRE(api.apply(object, {.subresource = "status"}));
        }
    }

    void put_pod(const std::string& name, const std::string& owner) {
        put(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":")" + name +
            R"(","namespace":"apps","labels":{"app":"duck"},"ownerReferences":[)" +
            (owner.empty() ? ""
                           : R"({"apiVersion":"apps/v1","kind":")" + owner +
                                 R"(","name":"x","uid":"1","controller":true})") +
            R"(]},"spec":{"nodeName":"alpha","containers":[],"terminationGracePeriodSeconds":0},)"
            R"("status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}})");
    }

    bool has_pod(const std::string& name) {
        return api.get({.api_version = "v1", .kind = "Pod", .namespace_name = "apps", .name = name})
            .has_value();
    }

    bool is_unschedulable() {
        const Json node = api.get({.api_version = "v1", .kind = "Node", .name = "alpha"}).value();
        const Json* flag = kube::at_path(node, "spec.unschedulable");
        return flag != nullptr && *flag == Json(true);
    }

    sim::VirtualTimer timer{};
    sim::ApiServer api{timer};
    Cluster cluster{api, timer};
};

} // namespace

TEST_CASE("a cordon is given back, and another's stays") {
    Bench bench;
    REQUIRE(bench.cluster.cordon("alpha"));
    CHECK(bench.is_unschedulable());
    REQUIRE(bench.cluster.uncordon("alpha"));
    CHECK(!bench.is_unschedulable());
    REQUIRE(bench.cluster.uncordon("alpha"));

    const Json theirs =
        Json::parse(R"({"apiVersion":"v1","kind":"Node","metadata":{"name":"alpha"},)"
                    R"("spec":{"unschedulable":true}})")
            .value();
    REQUIRE(bench.api.apply(theirs, {.field_manager = "kubectl"}));
    REQUIRE(bench.cluster.cordon("alpha"));
    REQUIRE(bench.cluster.uncordon("alpha"));
    CHECK(bench.is_unschedulable());
}

TEST_CASE("a drain moves what can be moved and leaves what belongs to the node") {
    Bench bench;
    bench.put_pod("web", "ReplicaSet");
    bench.put_pod("agent", "DaemonSet");
    REQUIRE(bench.cluster.drain("alpha", 60s, [] {}));
    CHECK(!bench.has_pod("web"));
    CHECK(bench.has_pod("agent"));
}

TEST_CASE("a drain waits for a disruption budget, and says which pod it keeps") {
    Bench bench;
    bench.put_pod("web", "ReplicaSet");
    bench.put(
        R"({"apiVersion":"policy/v1","kind":"PodDisruptionBudget",)"
        R"("metadata":{"name":"duck","namespace":"apps"},)"
        R"("spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"duck"}}},)"
        R"("status":{"disruptionsAllowed":0,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1}})"
    );
    const auto kept = bench.cluster.drain("alpha", 5s, [] {});
    REQUIRE(!kept);
    CHECK(kept.error().code == ErrorCode::timeout);
    CHECK(kept.error().message == "a disruption budget keeps `apps/web` on `alpha`");
    CHECK(bench.has_pod("web"));

    // Another replica becomes ready meanwhile.
    int rounds = 0;
    REQUIRE(bench.cluster.drain("alpha", 60s, [&] {
        if (++rounds == 3) {
            REQUIRE(bench.api.remove(
                {.api_version = "policy/v1",
                 .kind = "PodDisruptionBudget",
                 .namespace_name = "apps",
                 .name = "duck"},
                {}
            ));
        }
    }));
    CHECK(rounds >= 3);
    CHECK(!bench.has_pod("web"));
}

TEST_CASE("a pod that nobody would start again is not thrown away") {
    Bench bench;
    bench.put_pod("web", "ReplicaSet");
    bench.put_pod("mine", "");
    const auto kept = bench.cluster.drain("alpha", 5s, [] {});
    REQUIRE(!kept);
    CHECK(kept.error().message == "nobody would start `apps/mine` on `alpha` again elsewhere");
    CHECK(bench.has_pod("web"));
}

TEST_CASE("the database's members are those that Patroni names") {
    Bench bench;
    bench.put(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"database"}})");
    const std::vector<Member> planned = {
        {.node = "alpha", .is_primary = true}, {.node = "beta", .is_synchronous = true}
    };
    CHECK(bench.cluster.members(planned).value() == planned);

    for (const std::string node : {"alpha", "beta"}) {
        bench.put(
            R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"pg-)" + node +
            R"(","namespace":"database"},"spec":{"nodeName":")" + node +
            R"(","containers":[]},"status":{"conditions":[{"type":"Ready","status":")" +
            (node == "alpha" ? "False" : "True") + R"("}]}})"
        );
    }
    bench.put(
        R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"pg-sync",)"
        R"("namespace":"database","annotations":{"leader":"pg-beta","sync_standby":"pg-alpha"}}})"
    );
    const std::vector<Member> found = {
        {.node = "alpha", .is_ready = false}, {.node = "beta", .is_primary = true}
    };
    CHECK(bench.cluster.members(planned).value() == found);
}

TEST_CASE("a node's health is its Ready condition and its lease") {
    Bench bench;
    CHECK(!bench.cluster.health("alpha").value().is_ready);
    CHECK(bench.cluster.health("alpha").value().renewed.empty());
    CHECK(!bench.cluster.health("nobody"));
    CHECK(bench.cluster.nodes().value() == std::set<std::string>{"alpha"});
}
