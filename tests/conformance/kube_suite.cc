#include "kube_suite.h"

#include "base/text.h"
#include "kube/object.h"
#include "kube_objects.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

namespace ducksnest::testing {
using kube::Ref;

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
        Json named = metadata_of(fmt::format("listed-{:02}", i));
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

    // One version from the first page to the last: what changes meanwhile does not show.
    seen = 0;
    const Result<std::string> steady = kube.list(query, [&](const Json& object) {
        if (seen++ == 0) {
            REQUIRE(kube.remove(config_map_ref("listed-20"), {}));
            CHECK(kube::text_at(object, "metadata.name") == "listed-00");
        }
        return true;
    });
    REQUIRE(steady);
    CHECK(seen == count);
    const auto count_of = [&](const std::string& selector) {
        std::size_t found = 0;
        REQUIRE(kube.list(config_maps(selector), [&](const Json&) { return ++found > 0; }));
        return found;
    };
    CHECK(count_of("parity") == count - 1);
    CHECK(count_of("parity!=even,parity") == 11);
    CHECK(count_of("parity in (odd, neither)") == 11);
    CHECK(count_of("parity notin (odd),parity") == 11);
    CHECK(count_of("parity=none") == 0);
    REQUIRE(
        kube.apply(labelled(config_map("listed-20", "x"), Json::object({{"parity", "even"}})), {})
    );

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

void check_errors(kube::Kube& kube) {
    make_namespace(kube);
    const Ref unknown = {
        .api_version = "example.org/v1",
        .kind = "Duck",
        .namespace_name = conformance_space,
        .name = "x"
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
