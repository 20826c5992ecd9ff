#include "kube/lease.h"
#include "kube_objects.h"
#include "kube_suite.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

/// Writes of the Kube door that others have a say in: owners, statuses, finalizers, leases,
/// budgets.
namespace ducksnest::testing {
namespace {

kube::Ref pod_ref(const std::string& name) {
    return {.api_version = "v1", .kind = "Pod", .namespace_name = conformance_space, .name = name};
}

Json pod(const std::string& name) {
    const Json container = Json::object({{"name", "x"}, {"image", "example.org/x"}});
    const Json object = Json::object(
        {{"apiVersion", "v1"},
         {"kind", "Pod"},
         {"metadata", metadata_of(name)},
         {"spec",
          Json::object(
              {{"containers", Json::array({container})}, {"terminationGracePeriodSeconds", 0}}
          )}}
    );
    return labelled(object, Json::object({{"app", "evicted"}}));
}

/// No pod is admitted into a namespace without its default account.
void make_account(kube::Kube& kube) {
    REQUIRE(kube.apply(
        Json::object(
            {{"apiVersion", "v1"}, {"kind", "ServiceAccount"}, {"metadata", metadata_of("default")}}
        ),
        {}
    ));
}

Json with_status(const Json& object, Json status) {
    return Json::object(
        {{"apiVersion", *object.find("apiVersion")},
         {"kind", *object.find("kind")},
         {"metadata", metadata_of(kube::text_at(object, "metadata.name"))},
         {"status", std::move(status)}}
    );
}

Json deployment(Json containers) {
    const Json labels = Json::object({{"app", "shared"}});
    const Json spec = Json::object({{"containers", std::move(containers)}});
    return Json::object(
        {{"apiVersion", "apps/v1"},
         {"kind", "Deployment"},
         {"metadata", metadata_of("shared")},
         {"spec",
          Json::object(
              {{"selector", Json::object({{"matchLabels", labels}})},
               {"template",
                Json::object({{"metadata", Json::object({{"labels", labels}})}, {"spec", spec}})}}
          )}}
    );
}

std::size_t container_count(const Json& object) {
    return kube::at_path(object, "spec.template.spec.containers")->as_array()->size();
}

bool has_finalizer(const Json& object, const char* name) {
    const Json* found = kube::at_path(object, "metadata.finalizers");
    return found != nullptr && *found == Json::array({name});
}

} // namespace

void check_ownership(kube::Kube& kube) {
    make_namespace(kube);
    const auto container = [](const char* name, const char* image) {
        return Json::object({{"name", name}, {"image", image}});
    };
    // Each manager has items of its own in one list.
    const Json ours = deployment(Json::array({container("main", "example.org/main:1")}));
    const Result<Json> first = kube.apply(ours, {});
    REQUIRE(first);
    CHECK(kube::int_at(*first, "metadata.generation", 0) == 1);
    const Json theirs = deployment(Json::array({container("sidecar", "example.org/sidecar:1")}));
    const Result<Json> both = kube.apply(theirs, {.field_manager = "other"});
    REQUIRE(both);
    CHECK(container_count(*both) == 2);
    CHECK(kube::int_at(*both, "metadata.generation", 0) == 2);

    // The same again is no write, whoever says it.
    CHECK(version_of(*kube.apply(ours, {})) == version_of(*both));

    // A conflict names the field and its manager, also inside of a list, and changes nothing.
    const Json steals = deployment(Json::array({container("main", "example.org/main:2")}));
    const Result<Json> refused =
        kube.apply(steals, {.field_manager = "other", .ownership = kube::Ownership::ask});
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::conflict);
    CHECK(refused.error().message.find("ducksnest") != std::string::npos);
    CHECK(refused.error().message.find("image") != std::string::npos);
    const kube::Ref ref = *kube::ref_of(ours);
    CHECK(version_of(*kube.get(ref)) == version_of(*both));

    // A rehearsal shows what would be, and does nothing.
    const Result<Json> rehearsed =
        kube.apply(steals, {.field_manager = "other", .mode = kube::Mode::dry_run});
    REQUIRE(rehearsed);
    CHECK(container_count(*rehearsed) == 1);
    CHECK(version_of(*kube.get(ref)) == version_of(*both));

    // Both may say the same; then it stays until the last one lets go.
    REQUIRE(kube.apply(
        deployment(Json::array(
            {container("main", "example.org/main:1"), container("sidecar", "example.org/sidecar:1")}
        )),
        {}
    ));
    REQUIRE(kube.apply(
        deployment(Json::array({container("main", "example.org/main:1")})),
        {.field_manager = "other"}
    ));
    CHECK(container_count(*kube.get(ref)) == 2);
    REQUIRE(kube.apply(ours, {}));
    CHECK(container_count(*kube.get(ref)) == 1);
    CHECK(kube.remove(ref, {}).has_value());
}

void check_status(kube::Kube& kube) {
    make_namespace(kube);
    make_account(kube);
    REQUIRE(kube.create(pod("reporting")));
    const auto phase = [](const Result<Json>& object) {
        return object ? kube::text_at(*object, "status.phase") : object.error().message;
    };
    const Json report = with_status(pod("reporting"), Json::object({{"phase", "Running"}}));
    // Through the object itself a status is not heard.
    CHECK(phase(kube.apply(report, {.field_manager = "node"})) != "Running");
    CHECK(
        phase(kube.apply(report, {.field_manager = "node", .subresource = "status"})) == "Running"
    );
    // And a status says nothing about the rest.
    Json sneaky = report;
    sneaky.set("metadata", *labelled(report, Json::object({{"x", "y"}})).find("metadata"));
    Json spec = Json::object({{"nodeName", "here"}});
    sneaky.set("spec", spec);
    const Result<Json> after =
        kube.apply(sneaky, {.field_manager = "node", .subresource = "status"});
    REQUIRE(after);
    CHECK(kube::text_at(*after, "spec.nodeName").empty());
    CHECK(
        kube.apply(
                with_status(pod("nobody"), Json::object({{"phase", "Running"}})),
                {.subresource = "status"}
        )
            .error()
            .code == ErrorCode::not_found
    );
    CHECK(kube.remove(pod_ref("reporting"), {.grace_seconds = 0}).has_value());
}

void check_removals(kube::Kube& kube) {
    make_namespace(kube);
    // Background: the object goes at once; the collector looks after the rest.
    REQUIRE(kube.create(config_map("parent", "1")));
    REQUIRE(kube.remove(config_map_ref("parent"), {.propagation = kube::Propagation::background}));
    CHECK(kube.get(config_map_ref("parent")).error().code == ErrorCode::not_found);

    // Foreground and orphan: it waits, marked, for the collector to be done.
    const std::pair<kube::Propagation, const char*> kinds[] = {
        {kube::Propagation::foreground, "foregroundDeletion"},
        {kube::Propagation::orphan, "orphan"},
    };
    for (const auto& [propagation, finalizer] : kinds) {
        REQUIRE(kube.create(config_map("parent", "1")));
        REQUIRE(kube.remove(config_map_ref("parent"), {.propagation = propagation}));
        const Result<Json> waiting = kube.get(config_map_ref("parent"));
        REQUIRE(waiting);
        CHECK(!kube::text_at(*waiting, "metadata.deletionTimestamp").empty());
        CHECK(has_finalizer(*waiting, finalizer));
        // Again changes nothing; and when the collector takes its mark away, the object goes.
        REQUIRE(kube.remove(config_map_ref("parent"), {.propagation = propagation}));
        CHECK(version_of(*kube.get(config_map_ref("parent"))) == version_of(*waiting));
        Json freed = *waiting;
        Json metadata = *freed.find("metadata");
        metadata.erase("finalizers");
        freed.set("metadata", metadata);
        REQUIRE(kube.replace(freed));
        CHECK(kube.get(config_map_ref("parent")).error().code == ErrorCode::not_found);
    }

    // A pod on a node is its kubelet's to stop: it stays, Terminating, until that is done.
    make_account(kube);
    Json bound = pod("bound");
    Json spec = *bound.find("spec");
    spec.set("nodeName", "nowhere");
    spec.set("terminationGracePeriodSeconds", 30);
    bound.set("spec", spec);
    REQUIRE(kube.create(bound));
    REQUIRE(kube.remove(pod_ref("bound"), {}));
    const Result<Json> terminating = kube.get(pod_ref("bound"));
    REQUIRE(terminating);
    CHECK(kube::int_at(*terminating, "metadata.deletionGracePeriodSeconds", 0) == 30);
    REQUIRE(kube.remove(pod_ref("bound"), {.grace_seconds = 0}));
    CHECK(kube.get(pod_ref("bound")).error().code == ErrorCode::not_found);
}

void check_leases(kube::Kube& kube) {
    make_namespace(kube);
    kube::Lease lease = {
        .namespace_name = conformance_space,
        .name = "leader",
        .holder = "a",
        .length = Duration(15'000),
        .acquired = Instant(Duration(1'800'000'000'123)),
        .renewed = Instant(Duration(1'800'000'000'456)),
    };
    const Result<kube::Lease> first = kube::write_lease(kube, lease);
    REQUIRE(first);
    CHECK(kube::write_lease(kube, lease).error().code == ErrorCode::conflict);

    const Result<kube::Lease> read = kube::read_lease(kube, conformance_space, "leader");
    REQUIRE(read);
    CHECK(read->holder == "a");
    CHECK(read->length == lease.length);
    CHECK(read->acquired == lease.acquired);
    CHECK(read->renewed == lease.renewed);

    kube::Lease renewed = *read;
    renewed.renewed += Duration(5'000);
    const Result<kube::Lease> held = kube::write_lease(kube, renewed);
    REQUIRE(held);
    CHECK(held->renewed == renewed.renewed);

    // Who acts on what it read before the renewal comes too late.
    kube::Lease stolen = *read;
    stolen.holder = "b";
    stolen.transitions += 1;
    CHECK(kube::write_lease(kube, stolen).error().code == ErrorCode::conflict);
    CHECK(kube::read_lease(kube, conformance_space, "leader")->holder == "a");

    // Who read the renewal may steal, and then it is the old holder who notices.
    stolen.resource_version = held->resource_version;
    const Result<kube::Lease> taken = kube::write_lease(kube, stolen);
    REQUIRE(taken);
    CHECK(taken->holder == "b");
    CHECK(taken->transitions == 1);
    CHECK(kube::write_lease(kube, *held).error().code == ErrorCode::conflict);
    CHECK(kube.remove(
                  {.api_version = "coordination.k8s.io/v1",
                   .kind = "Lease",
                   .namespace_name = conformance_space,
                   .name = "leader"},
                  {}
    )
              .has_value());
}

void check_evictions(kube::Kube& kube) {
    make_namespace(kube);
    make_account(kube);
    CHECK(kube.evict(conformance_space, "nobody").error().code == ErrorCode::not_found);
    REQUIRE(kube.create(pod("evicted")));
    CHECK(kube.evict(conformance_space, "evicted").has_value());
    CHECK(kube.get(pod_ref("evicted")).error().code == ErrorCode::not_found);
}

void check_budgets(kube::Kube& kube) {
    make_namespace(kube);
    make_account(kube);
    const auto run_pod = [&](const std::string& name) {
        const Json ready = Json::object({{"type", "Ready"}, {"status", "True"}});
        REQUIRE(kube.create(pod(name)));
        REQUIRE(kube.apply(
            with_status(
                pod(name),
                Json::object({{"phase", "Running"}, {"conditions", Json::array({ready})}})
            ),
            {.field_manager = "node", .subresource = "status"}
        ));
    };
    const Json selector = Json::object({{"matchLabels", Json::object({{"app", "evicted"}})}});
    const Json budget = Json::object(
        {{"apiVersion", "policy/v1"},
         {"kind", "PodDisruptionBudget"},
         {"metadata", metadata_of("budget")},
         {"spec", Json::object({{"minAvailable", 1}, {"selector", selector}})}}
    );
    run_pod("one");
    run_pod("two");
    const Result<Json> made = kube.apply(budget, {});
    REQUIRE(made);

    // Nobody has counted yet: wait.
    CHECK(kube.evict(conformance_space, "one").error().code == ErrorCode::conflict);
    const auto count = [&](std::int64_t allowed) {
        REQUIRE(kube.apply(
            with_status(
                budget,
                Json::object(
                    {{"observedGeneration", 1},
                     {"disruptionsAllowed", allowed},
                     {"currentHealthy", 1 + allowed},
                     {"desiredHealthy", 1},
                     {"expectedPods", 2}}
                )
            ),
            {.field_manager = "counter", .subresource = "status"}
        ));
    };
    count(0);
    const Result<void> refused = kube.evict(conformance_space, "one");
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::conflict);
    CHECK(refused.error().message.find("disruption budget") != std::string::npos);
    CHECK(kube.get(pod_ref("one")).has_value());

    // One may go, and that uses the budget up.
    count(1);
    CHECK(kube.evict(conformance_space, "one").has_value());
    CHECK(kube.get(pod_ref("one")).error().code == ErrorCode::not_found);
    const Result<Json> spent = kube.get(*kube::ref_of(budget));
    CHECK(kube::int_at(*spent, "status.disruptionsAllowed", 9) == 0);
    CHECK(kube.evict(conformance_space, "two").error().code == ErrorCode::conflict);

    // A pod that does not run is nobody's loss.
    REQUIRE(kube.create(pod("pending")));
    CHECK(kube.evict(conformance_space, "pending").has_value());
    CHECK(kube.remove(*kube::ref_of(budget), {}).has_value());
    CHECK(kube.evict(conformance_space, "two").has_value());
}

} // namespace ducksnest::testing
