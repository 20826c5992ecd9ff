#include "kube/object.h"
#include "planned_plane.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <optional>

using namespace ducksnest;
using namespace ducksnest::testing;

/// What the Node authorizer and NodeRestriction let a worker's own certificate do, and what not.
namespace {

constexpr const char* own = "firebat";
constexpr const char* other = "ultra";

Json node_of(const std::string& name, Json labels = Json::object({})) {
    return Json::object(
        {{"apiVersion", "v1"},
         {"kind", "Node"},
         {"metadata", Json::object({{"name", name}, {"labels", std::move(labels)}})}}
    );
}

Json status_of(const std::string& name) {
    const Json ready = Json::object(
        {{"type", "Ready"}, {"status", "True"}, {"reason", "KubeletReady"}, {"message", "test"}}
    );
    Json node = node_of(name);
    node.set("status", Json::object({{"conditions", Json::array({ready})}}));
    return node;
}

Json lease_of(const std::string& name) {
    return Json::object(
        {{"apiVersion", "coordination.k8s.io/v1"},
         {"kind", "Lease"},
         {"metadata", Json::object({{"name", name}, {"namespace", "kube-node-lease"}})},
         {"spec",
          Json::object(
              {{"holderIdentity", name},
               {"leaseDurationSeconds", 40},
               {"renewTime", "2026-01-01T00:00:00.000000Z"}}
          )}}
    );
}

Json secret_of(const std::string& name) {
    return Json::object(
        {{"apiVersion", "v1"},
         {"kind", "Secret"},
         {"metadata", Json::object({{"name", name}, {"namespace", "default"}})},
         {"data", Json::object({{"password", "aHVudGVyMg=="}})}}
    );
}

/// A pod that mounts the secret of its node; a mirror pod is what a kubelet may create at all.
Json pod_on(
    const std::string& node,
    const std::string& name,
    const std::optional<std::string>& mirror_of = std::nullopt
) {
    Json metadata = Json::object({{"name", name}, {"namespace", "default"}});
    Json spec = Json::object(
        {{"nodeName", node},
         {"containers", Json::array({Json::object({{"name", "x"}, {"image", "example.org/x"}})})}}
    );
    if (mirror_of) {
        metadata.set("annotations", Json::object({{"kubernetes.io/config.mirror", "x"}}));
        const Json owner = Json::object(
            {{"apiVersion", "v1"},
             {"kind", "Node"},
             {"name", node},
             {"uid", *mirror_of},
             {"controller", true}}
        );
        metadata.set("ownerReferences", Json::array({owner}));
    } else {
        const Json volume = Json::object(
            {{"name", "secret"}, {"secret", Json::object({{"secretName", "secret-of-" + node}})}}
        );
        spec.set("volumes", Json::array({volume}));
    }
    return Json::object(
        {{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", metadata}, {"spec", spec}}
    );
}

kube::Ref secret_ref(const std::string& node) {
    return {
        .api_version = "v1",
        .kind = "Secret",
        .namespace_name = "default",
        .name = "secret-of-" + node
    };
}

/// "" when it went well, else the kind of error.
template <class T>
std::string verdict(const Result<T>& result) {
    return result ? "allowed" : std::string(to_string(result.error().code));
}

template <class Condition>
bool comes_true(Timer& timer, Condition condition) {
    const Duration deadline = timer.elapsed() + Duration(30'000);
    while (!condition()) {
        if (timer.elapsed() > deadline || !timer.pause(Duration(200), {})) {
            return false;
        }
    }
    return true;
}

} // namespace

TEST_CASE("a worker's certificate speaks for that worker and for nobody else") {
    PlannedPlane plane;
    RealKube admin(plane.admin(), plane.server());
    RealKube worker(plane.opened(own, "kubelet"), plane.server());
    kube::Client& client = worker.client;
    const kube::ApplyOptions kubelet = {.field_manager = "kubelet"};
    const kube::ApplyOptions kubelet_status = {.field_manager = "kubelet", .subresource = "status"};

    // Its own node, status and lease, from nothing.
    CHECK(verdict(client.create(node_of(own))) == "allowed");
    CHECK(verdict(client.apply(status_of(own), kubelet_status)) == "allowed");
    CHECK(verdict(client.create(lease_of(own))) == "allowed");
    Json renewed = *client.get(*kube::ref_of(lease_of(own)));
    CHECK(verdict(client.replace(renewed)) == "allowed");

    // Another node, be it there or not; nor more rights for itself.
    CHECK(verdict(client.create(node_of(other))) == "denied");
    REQUIRE(admin.client.create(node_of(other)));
    CHECK(verdict(client.apply(node_of(other, Json::object({{"x", "y"}})), kubelet)) == "denied");
    CHECK(verdict(client.apply(status_of(other), kubelet_status)) == "denied");
    CHECK(verdict(client.create(lease_of(other))) == "denied");
    CHECK(verdict(client.remove(*kube::ref_of(node_of(other)), {})) == "denied");
    const Json restricted = Json::object({{"node-restriction.kubernetes.io/secure", "yes"}});
    CHECK(verdict(client.apply(node_of(own, restricted), kubelet)) == "denied");

    // Pods: only mirrors of its own; and secrets only of pods that are bound to it.
    for (const char* node : {own, other}) {
        REQUIRE(admin.client.create(secret_of(fmt::format("secret-of-{}", node))));
        REQUIRE(comes_true(admin.timer, [&] {
            return admin.client.create(pod_on(node, fmt::format("on-{}", node))).has_value();
        }));
    }
    const auto uid_of = [&](const char* node) {
        return kube::text_at(*admin.client.get(*kube::ref_of(node_of(node))), "metadata.uid");
    };
    CHECK(verdict(client.create(pod_on(other, "mirror", uid_of(other)))) == "denied");
    CHECK(verdict(client.create(pod_on(own, "no-mirror"))) == "denied");
    CHECK(verdict(client.create(pod_on(own, "mirror", uid_of(own)))) == "allowed");
    CHECK(comes_true(worker.timer, [&] { return client.get(secret_ref(own)).has_value(); }));
    const Result<Json> foreign = client.get(secret_ref(other));
    CHECK(verdict(foreign) == "denied");
    CHECK(
        foreign.error().message.find("no relationship found between node 'firebat' and this object"
        ) != std::string::npos
    );
    CHECK(verdict(client.list({.api_version = "v1", .kind = "Secret"}, [](const Json&) {
              return true;
          })) == "denied");
    CHECK(verdict(client.remove(*kube::ref_of(pod_on(other, "on-ultra")), {})) == "denied");
}
