#include "base/text.h"
#include "kube/diff.h"
#include "kube/inventory.h"
#include "kube/readiness.h"

#include <doctest/doctest.h>

namespace ducksnest::kube {
namespace {

std::string diff(const char* before, const char* after) {
    std::vector<std::string> lines;
    for (const FieldChange& change : diff_objects(*Json::parse(before), *Json::parse(after))) {
        lines.push_back(render_change(change));
    }
    return join(lines, "\n");
}

} // namespace

TEST_CASE("a difference is told field by field, items by name") {
    CHECK(
        diff(
            R"({"spec":{"a":1,"gone":true,"list":[1,2],"containers":[{"name":"x","image":"x:1"},{"name":"old"}]}})",
            R"({"spec":{"a":2,"new":{"b":"c"},"list":[1],"containers":[{"name":"new"},{"name":"x","image":"x:2"}]}})"
        ) == "  ~ spec.a: 1 -> 2\n"
             "  ~ spec.containers[x].image: \"x:1\" -> \"x:2\"\n"
             "  - spec.containers[old]: {\"name\":\"old\"}\n"
             "  + spec.containers[new]: {\"name\":\"new\"}\n"
             "  - spec.gone: true\n"
             "  - spec.list[1]: 2\n"
             "  + spec.new: {\"b\":\"c\"}"
    );
}

TEST_CASE("what the server keeps for itself does not count") {
    CHECK(
        diff(
            R"({"metadata":{"uid":"1","resourceVersion":"1","labels":{"a.b/c":"1"}},"status":{"x":1}})",
            R"({"metadata":{"uid":"2","resourceVersion":"2","labels":{"a.b/c":"2"},"managedFields":[]}})"
        ) == "  ~ metadata.labels[a.b/c]: \"1\" -> \"2\""
    );
}

TEST_CASE("the values of a Secret are never shown") {
    CHECK(
        diff(
            R"({"kind":"Secret","data":{"password":"b2xk"},"type":"a"})",
            R"({"kind":"Secret","data":{"password":"bmV3"},"type":"b"})"
        ) == "  ~ data.password: \"(hidden)\" -> \"(hidden)\"\n  ~ type: \"a\" -> \"b\""
    );
}

TEST_CASE("long values are cut between letters") {
    const std::string line =
        diff(R"({"a":1})", ("{\"a\":\"" + std::string(70, 'x') + "éé\"}").c_str());
    CHECK(line == "  ~ a: 1 -> \"" + std::string(70, 'x') + "…");
}

TEST_CASE("an inventory reads back what it wrote") {
    Inventory inventory;
    const Ref role = {
        .api_version = "rbac.authorization.k8s.io/v1", .kind = "ClusterRole", .name = "system:x"
    };
    inventory.entries[key_of(role)] = {.ref = role, .wanted = "aa", .stored = ""};
    const Ref node = {
        .api_version = "apps/v1", .kind = "DaemonSet", .namespace_name = "a", .name = "b"
    };
    inventory.entries[key_of(node)] = {.ref = node, .wanted = "", .stored = ""};
    const Result<Json> json = inventory_json(inventory, "nest");
    REQUIRE(json);
    CHECK(
        *json->find("data")->find("objects")->as_string() ==
        "apps/v1 DaemonSet a b - -\n"
        "rbac.authorization.k8s.io/v1 ClusterRole - system:x aa -\n"
    );
    CHECK(parse_inventory(*json)->entries == inventory.entries);

    Json broken = *json;
    broken.set("data", Json::object({{"objects", "apps/v1 DaemonSet\n"}}));
    CHECK(
        parse_inventory(broken).error().message ==
        "the inventory `ducksnest-applyset-nest` has a line that is none: `apps/v1 DaemonSet`"
    );
    for (int i = 0; i < 20'000; ++i) {
        const Ref ref = {
            .api_version = "v1",
            .kind = "ConfigMap",
            .namespace_name = "default",
            .name = "a-name-of-usual-length-" + std::to_string(i)
        };
        inventory.entries[key_of(ref)] = {.ref = ref};
    }
    CHECK(
        inventory_json(inventory, "nest").error().message ==
        "20002 objects do not fit one inventory"
    );
}

TEST_CASE("readiness says what is missing") {
    const auto waiting = [](const char* text) { return readiness_of(*Json::parse(text)).waiting; };
    CHECK(
        waiting(
            R"({"kind":"DaemonSet","metadata":{"generation":2},"status":{"observedGeneration":1}})"
        ) == "not yet seen by its controller"
    );
    CHECK(
        waiting(R"({"kind":"DaemonSet","metadata":{"generation":1},"status":{"observedGeneration":1,
      "desiredNumberScheduled":4,"updatedNumberScheduled":4,"numberAvailable":2}})") ==
        "2 of 4 ready"
    );
    CHECK(
        waiting(R"({"kind":"DaemonSet","metadata":{"generation":1},"status":{"observedGeneration":1,
      "desiredNumberScheduled":0}})")
            .empty()
    );
    CHECK(
        waiting(R"({"kind":"Deployment","metadata":{"generation":1},"spec":{"replicas":2},"status":{
      "observedGeneration":1,"updatedReplicas":1}})") == "1 of 2 updated"
    );
    CHECK(waiting(R"({"kind":"Job"})") == "not complete");
    CHECK(waiting(R"({"kind":"CustomResourceDefinition"})") == "not yet served");
    CHECK(waiting(R"({"kind":"ConfigMap"})").empty());
}

} // namespace ducksnest::kube
