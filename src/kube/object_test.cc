#include "kube/object.h"

#include <doctest/doctest.h>

namespace ducksnest::kube {

TEST_CASE("an object names itself") {
    const Json body = Json::object(
        {{"apiVersion", "apps/v1"},
         {"kind", "DaemonSet"},
         {"metadata", Json::object({{"name", "calico-node"}, {"namespace", "kube-system"}})}}
    );
    const Result<Ref> ref = ref_of(body);
    REQUIRE(ref);
    CHECK(display(*ref) == "DaemonSet kube-system/calico-node");
    CHECK(group_of(ref->api_version) == "apps");
    CHECK(version_of(ref->api_version) == "v1");
    CHECK(group_of("v1").empty());
    CHECK(version_of("v1") == "v1");
}

TEST_CASE("an object without an identity is refused by what is missing") {
    Json body = Json::object({{"kind", "Pod"}, {"metadata", Json::object({{"name", "x"}})}});
    CHECK(ref_of(body).error().message == "a `Pod` has no `apiVersion`");
    body.set("apiVersion", "v1");
    body.set("metadata", Json());
    CHECK(ref_of(body).error().message == "a `Pod` has no `metadata.name`");
    CHECK(
        ref_of(Json::object({{"apiVersion", "v1"}})).error().message == "an object has no `kind`"
    );
}

} // namespace ducksnest::kube
