#include "sim/api_fields.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::sim;

namespace {

Json parse(std::string_view text) {
    return *Json::parse(text, JsonNumbers::any);
}

constexpr std::string_view deployment = R"({
    "apiVersion": "apps/v1", "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "x", "uid": "1", "labels": {"a": "b"},
                 "finalizers": ["keep"]},
    "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {"spec": {"containers": [
        {"name": "main", "args": ["-v"], "ports": [{"containerPort": 80}]}]}}}})";

} // namespace

TEST_CASE("fields are spelled as the server spells them") {
    const FieldSet fields = fields_of(parse(deployment), Lists::built_in);
    CHECK(
        to_fields_v1(fields).dump() ==
        R"({"f:metadata":{"f:finalizers":{"v:\"keep\"":{}},"f:labels":{"f:a":{}}},)"
        R"("f:spec":{"f:selector":{},"f:template":{"f:spec":{"f:containers":)"
        R"({"k:{\"name\":\"main\"}":{".":{},"f:args":{},"f:name":{},"f:ports":)"
        R"({"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}}}}}}}})"
    );
    CHECK(parse_fields_v1(to_fields_v1(fields)) == fields);
    CHECK(fields_of(parse(deployment), Lists::atomic)
              .contains({"f:spec", "f:template", "f:spec", "f:containers"}));
}

TEST_CASE("items of associative lists are merged, other lists replaced") {
    const Json live = parse(R"({"spec":{"containers":[{"name":"a","image":"1","args":["x"]},
        {"name":"b"}],"tolerations":[{"key":"k"}]}})");
    const Json applied = parse(R"({"spec":{"containers":[{"name":"a","image":"2","args":["y"]},
        {"name":"c"}],"tolerations":[]}})");
    CHECK(
        merged(live, applied, Lists::built_in).dump() ==
        R"({"spec":{"containers":[{"args":["y"],"image":"2","name":"a"},{"name":"b"},)"
        R"({"name":"c"}],"tolerations":[]}})"
    );
    CHECK(
        merged(live, applied, Lists::atomic).dump() ==
        R"({"spec":{"containers":[{"args":["y"],"image":"2","name":"a"},{"name":"c"}],)"
        R"("tolerations":[]}})"
    );
}

TEST_CASE("a removed field takes the maps with it that it leaves empty") {
    const Json live = parse(R"({"data":{"a":{"b":1}},"items":[{"name":"x","y":1}],"z":0})");
    CHECK(
        without(live, {"f:data", "f:a", "f:b"}).dump() == R"({"items":[{"name":"x","y":1}],"z":0})"
    );
    CHECK(
        without(live, {"f:items", R"(k:{"name":"x"})"}).dump() == R"({"data":{"a":{"b":1}},"z":0})"
    );
    CHECK(without(live, {"f:none", "f:b"}) == live);
    CHECK(
        display({"f:spec", "f:containers", R"(k:{"name":"x"})", "f:image"}) ==
        R"(.spec.containers[{"name":"x"}].image)"
    );
}
