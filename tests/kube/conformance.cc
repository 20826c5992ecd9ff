#include "conformance.h"

#include "base/text.h"
#include "kube/lease.h"
#include "kube/object.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

namespace ducksnest::testing {
namespace {

using kube::Ref;

const std::string space = "conformance";

Json metadata(const std::string& name) {
    return Json::object({{"name", name}, {"namespace", space}});
}

Json config_map(const std::string& name, const std::string& value) {
    return Json::object(
        {{"apiVersion", "v1"},
         {"kind", "ConfigMap"},
         {"metadata", metadata(name)},
         {"data", Json::object({{"value", value}})}}
    );
}

Ref config_map_ref(const std::string& name) {
    return {.api_version = "v1", .kind = "ConfigMap", .namespace_name = space, .name = name};
}

kube::ListQuery config_maps(const std::string& selector = {}) {
    return {
        .api_version = "v1",
        .kind = "ConfigMap",
        .namespace_name = space,
        .label_selector = selector,
    };
}

void make_namespace(kube::Kube& kube) {
    const Json object = Json::object(
        {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", Json::object({{"name", space}})}}
    );
    REQUIRE(kube.apply(object, {}));
}

std::string version_of(const Json& object) {
    return kube::text_at(object, "metadata.resourceVersion");
}

} // namespace

void check_objects(kube::Kube& kube) {
    make_namespace(kube);
    const Ref ref = config_map_ref("objects");
    CHECK(kube.get(ref).error().code == ErrorCode::not_found);

    const Result<Json> created = kube.create(config_map("objects", "1"));
    REQUIRE(created);
    CHECK(!kube::text_at(*created, "metadata.uid").empty());
    CHECK(kube.create(config_map("objects", "1")).error().code == ErrorCode::conflict);

    const Result<Json> read = kube.get(ref);
    REQUIRE(read);
    CHECK(kube::text_at(*read, "data.value") == "1");
    CHECK(kube::text_at(*read, "kind") == "ConfigMap");
    CHECK(version_of(*read) == version_of(*created));

    Json newer = *read;
    newer.set("data", Json::object({{"value", "2"}}));
    const Result<Json> replaced = kube.replace(newer);
    REQUIRE(replaced);
    CHECK(version_of(*replaced) != version_of(*read));
    // The same version once more: somebody was faster, and it was us.
    CHECK(kube.replace(newer).error().code == ErrorCode::conflict);

    CHECK(kube.remove(ref, {.uid = "another"}).error().code == ErrorCode::conflict);
    CHECK(
        kube.remove(ref, {.resource_version = version_of(*read)}).error().code ==
        ErrorCode::conflict
    );
    CHECK(kube.remove(ref, {.uid = kube::text_at(*created, "metadata.uid")}).has_value());
    CHECK(kube.remove(ref, {}).error().code == ErrorCode::not_found);
    CHECK(kube.get(ref).error().code == ErrorCode::not_found);
}

void check_apply(kube::Kube& kube) {
    make_namespace(kube);
    const Ref ref = config_map_ref("applied");

    const Result<Json> rehearsed =
        kube.apply(config_map("applied", "1"), {.mode = kube::Mode::dry_run});
    REQUIRE(rehearsed);
    CHECK(kube::text_at(*rehearsed, "data.value") == "1");
    CHECK(kube.get(ref).error().code == ErrorCode::not_found);

    const Result<Json> first = kube.apply(config_map("applied", "1"), {});
    REQUIRE(first);
    const Result<Json> second = kube.apply(config_map("applied", "1"), {});
    REQUIRE(second);
    CHECK(version_of(*first) == version_of(*second));

    // Another manager adds a field of its own: both stay.
    Json theirs = config_map("applied", "1");
    theirs.set("data", Json::object({{"other", "x"}}));
    REQUIRE(kube.apply(theirs, {.field_manager = "other"}));
    const Result<Json> ours = kube.apply(config_map("applied", "2"), {});
    REQUIRE(ours);
    CHECK(kube::text_at(*ours, "data.other") == "x");
    CHECK(kube::text_at(*ours, "data.value") == "2");

    // It may not change ours without taking it.
    theirs.set("data", Json::object({{"other", "x"}, {"value", "3"}}));
    CHECK(
        kube.apply(theirs, {.field_manager = "other", .ownership = kube::Ownership::ask})
            .error()
            .code == ErrorCode::conflict
    );
    REQUIRE(kube.apply(theirs, {.field_manager = "other"}));
    CHECK(kube::text_at(*kube.get(ref), "data.value") == "3");

    // A field that leaves what we apply leaves the object when nobody else wants it.
    REQUIRE(kube.apply(config_map("applied", "4"), {}));
    Json empty = config_map("applied", "");
    empty.erase("data");
    REQUIRE(kube.apply(empty, {.field_manager = "other"}));
    const Result<Json> rest = kube.get(ref);
    CHECK(kube::text_at(*rest, "data.value") == "4");
    CHECK(kube::text_at(*rest, "data.other").empty());
    CHECK(kube.remove(ref, {}).has_value());
}

void check_lists(kube::Kube& kube) {
    make_namespace(kube);
    constexpr int count = 23;
    for (int i = 0; i < count; ++i) {
        Json object = config_map(fmt::format("listed-{:02}", i), "x");
        Json named = metadata(fmt::format("listed-{:02}", i));
        named.set("labels", Json::object({{"parity", i % 2 == 0 ? "even" : "odd"}}));
        object.set("metadata", std::move(named));
        REQUIRE(kube.apply(object, {}));
    }
    kube::ListQuery query = config_maps("parity");
    query.page_size = 5;
    std::set<std::string> names;
    const Result<std::string> version = kube.list(query, [&](Json object) {
        CHECK(kube::text_at(object, "kind") == "ConfigMap");
        CHECK(kube::text_at(object, "apiVersion") == "v1");
        names.insert(kube::text_at(object, "metadata.name"));
        return true;
    });
    REQUIRE(version);
    CHECK(!version->empty());
    CHECK(names.size() == count);

    std::size_t seen = 0;
    REQUIRE(kube.list(query, [&](const Json&) { return ++seen < 7; }));
    CHECK(seen == 7);

    seen = 0;
    REQUIRE(kube.list(config_maps("parity=even"), [&](const Json&) { return ++seen > 0; }));
    CHECK(seen == 12);
    query.field_selector = "metadata.name=listed-03";
    seen = 0;
    REQUIRE(kube.list(query, [&](const Json&) { return ++seen > 0; }));
    CHECK(seen == 1);
    for (const std::string& name : names) {
        CHECK(kube.remove(config_map_ref(name), {}).has_value());
    }
}

void check_watches(kube::Kube& kube) {
    make_namespace(kube);
    kube::ListQuery query = config_maps();
    query.field_selector = "metadata.name=watched";
    const Result<std::string> start = kube.list(query, [](const Json&) { return true; });
    REQUIRE(start);
    REQUIRE(kube.apply(config_map("watched", "1"), {}));
    const Result<Json> changed = kube.apply(config_map("watched", "2"), {});
    REQUIRE(changed);
    REQUIRE(kube.remove(config_map_ref("watched"), {}));

    // What happened before the watch began comes as well, in order.
    const auto watch_from = [&](const std::string& version, std::size_t events_max) {
        std::vector<std::string> seen;
        const kube::WatchQuery from = {
            .what = query, .resource_version = version, .length = Duration(10'000)
        };
        REQUIRE(kube.watch(from, [&](const kube::Event& event) {
            if (event.type != kube::EventType::bookmark) {
                constexpr std::string_view names[] = {"added", "modified", "deleted"};
                seen.push_back(fmt::format(
                    "{} {}",
                    names[static_cast<std::size_t>(event.type)],
                    kube::text_at(event.object, "data.value")
                ));
            }
            return seen.size() < events_max;
        }));
        return join(seen, ", ");
    };
    CHECK(watch_from(*start, 3) == "added 1, modified 2, deleted 2");
    CHECK(watch_from(version_of(*changed), 1) == "deleted 2");

    // The server ends a watch that nothing happens on.
    std::size_t events = 0;
    const Result<std::string> now = kube.list(query, [](const Json&) { return true; });
    REQUIRE(kube.watch(
        {.what = query, .resource_version = *now, .length = Duration(1'000)},
        [&](const kube::Event& event) {
            events += event.type == kube::EventType::bookmark ? 0U : 1U;
            return true;
        }
    ));
    CHECK(events == 0);
}

void check_leases(kube::Kube& kube) {
    make_namespace(kube);
    kube::Lease lease = {
        .namespace_name = space,
        .name = "leader",
        .holder = "a",
        .length = Duration(15'000),
        .acquired = Instant(Duration(1'800'000'000'123)),
        .renewed = Instant(Duration(1'800'000'000'456)),
    };
    const Result<kube::Lease> first = kube::write_lease(kube, lease);
    REQUIRE(first);
    CHECK(kube::write_lease(kube, lease).error().code == ErrorCode::conflict);

    const Result<kube::Lease> read = kube::read_lease(kube, space, "leader");
    REQUIRE(read);
    CHECK(read->holder == "a");
    CHECK(read->length == lease.length);
    CHECK(read->acquired == lease.acquired);
    CHECK(read->renewed == lease.renewed);

    kube::Lease renewed = *read;
    renewed.renewed += Duration(5'000);
    REQUIRE(kube::write_lease(kube, renewed));
    kube::Lease stolen = *read;
    stolen.holder = "b";
    CHECK(kube::write_lease(kube, stolen).error().code == ErrorCode::conflict);
    CHECK(kube::read_lease(kube, space, "leader")->holder == "a");
    CHECK(kube.remove(
                  {.api_version = "coordination.k8s.io/v1",
                   .kind = "Lease",
                   .namespace_name = space,
                   .name = "leader"},
                  {}
    )
              .has_value());
}

void check_evictions(kube::Kube& kube) {
    make_namespace(kube);
    CHECK(kube.evict(space, "nobody").error().code == ErrorCode::not_found);
    const Json account = Json::object(
        {{"apiVersion", "v1"}, {"kind", "ServiceAccount"}, {"metadata", metadata("default")}}
    );
    REQUIRE(kube.apply(account, {}));
    const Json labels = Json::object({{"app", "evicted"}});
    Json pod_metadata = metadata("evicted");
    pod_metadata.set("labels", labels);
    const Json pod = Json::object(
        {{"apiVersion", "v1"},
         {"kind", "Pod"},
         {"metadata", pod_metadata},
         {"spec",
          Json::object(
              {{"containers",
                Json::array({Json::object({{"name", "x"}, {"image", "example.org/x"}})})},
               {"terminationGracePeriodSeconds", 0}}
          )}}
    );
    const Ref ref = {
        .api_version = "v1", .kind = "Pod", .namespace_name = space, .name = "evicted"
    };
    REQUIRE(kube.create(pod));
    CHECK(kube.evict(space, "evicted").has_value());
    CHECK(kube.get(ref).error().code == ErrorCode::not_found);
}

void check_errors(kube::Kube& kube) {
    make_namespace(kube);
    const Ref unknown = {
        .api_version = "example.org/v1", .kind = "Duck", .namespace_name = space, .name = "x"
    };
    CHECK(kube.get(unknown).error().code == ErrorCode::not_found);

    Json misspelled = config_map("misspelled", "1");
    misspelled.set("dota", Json::object({{"x", "y"}}));
    const Result<Json> refused = kube.apply(misspelled, {});
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::invalid);
    CHECK(refused.error().message.find("ConfigMap conformance/misspelled") != std::string::npos);
    CHECK(refused.error().message.find("dota") != std::string::npos);

    Json homeless = config_map("homeless", "1");
    homeless.set("metadata", Json::object({{"name", "homeless"}, {"namespace", "nowhere"}}));
    CHECK(kube.apply(homeless, {}).error().code == ErrorCode::not_found);
    CHECK(kube.apply(Json::object({{"kind", "Pod"}}), {}).error().code == ErrorCode::invalid);
}

} // namespace ducksnest::testing
