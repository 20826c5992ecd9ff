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

    sim::VirtualTimer timer{};
    sim::ApiServer api{timer};
    Cluster cluster{api, timer};
};

} // namespace

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
