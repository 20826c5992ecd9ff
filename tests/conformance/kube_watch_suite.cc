#include "base/text.h"
#include "kube_objects.h"
#include "kube_suite.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

/// Watches of the Kube door, and what becomes of them when their version is gone.
namespace ducksnest::testing {
namespace {

using kube::Event;
using kube::EventType;

std::string word_of(const Event& event) {
    constexpr std::string_view names[] = {"added", "modified", "deleted", "bookmark"};
    return fmt::format(
        "{} {}",
        names[static_cast<std::size_t>(event.type)],
        kube::text_at(event.object, "data.value")
    );
}

/// What a watch tells until `events_max` have come, bookmarks left out.
std::string watched(
    kube::Kube& kube,
    const kube::ListQuery& what,
    const std::string& version,
    std::size_t events_max,
    std::string* last_version = nullptr
) {
    std::vector<std::string> seen;
    const kube::WatchQuery from = {
        .what = what, .resource_version = version, .length = Duration(10'000)
    };
    REQUIRE(kube.watch(from, [&](const Event& event) {
        if (event.type != EventType::bookmark) {
            seen.push_back(word_of(event));
        }
        if (last_version != nullptr) {
            *last_version = version_of(event.object);
        }
        return seen.size() < events_max;
    }));
    return join(seen, ", ");
}

std::string present_version(kube::Kube& kube, const kube::ListQuery& what) {
    const Result<std::string> version = kube.list(what, [](const Json&) { return true; });
    REQUIRE(version);
    return *version;
}

Json definition(const std::string& group) {
    const Json schema = *Json::parse(
        R"({"type":"object","properties":{"spec":{"type":"object","properties":{
            "size":{"type":"integer"}}}}})"
    );
    const Json version = Json::object(
        {{"name", "v1"},
         {"served", true},
         {"storage", true},
         {"schema", Json::object({{"openAPIV3Schema", schema}})}}
    );
    const Json names = Json::object(
        {{"kind", "Pond"}, {"plural", "ponds"}, {"singular", "pond"}, {"listKind", "PondList"}}
    );
    return Json::object(
        {{"apiVersion", "apiextensions.k8s.io/v1"},
         {"kind", "CustomResourceDefinition"},
         {"metadata", Json::object({{"name", "ponds." + group}})},
         {"spec",
          Json::object(
              {{"group", group},
               {"scope", "Namespaced"},
               {"names", names},
               {"versions", Json::array({version})}}
          )}}
    );
}

template <class Condition>
bool comes_true(Timer& timer, Condition condition) {
    const Duration deadline = timer.elapsed() + Duration(30'000);
    while (!condition()) {
        if (timer.elapsed() > deadline || !timer.pause(Duration(50), {})) {
            return false;
        }
    }
    return true;
}

} // namespace

void check_watches(kube::Kube& kube) {
    make_namespace(kube);
    kube::ListQuery query = config_maps();
    query.field_selector = "metadata.name=watched";
    const std::string start = present_version(kube, query);
    REQUIRE(kube.apply(config_map("watched", "1"), {}));
    const Result<Json> changed = kube.apply(config_map("watched", "2"), {});
    REQUIRE(changed);
    REQUIRE(kube.remove(config_map_ref("watched"), {}));

    // What happened before the watch began comes as well, in order.
    CHECK(watched(kube, query, start, 3) == "added 1, modified 2, deleted 2");
    CHECK(watched(kube, query, version_of(*changed), 1) == "deleted 2");

    // Broken off and resumed from the last event: nothing is lost, nothing comes twice.
    std::string resume = start;
    std::vector<std::string> pieces;
    for (int i = 0; i < 3; ++i) {
        pieces.push_back(watched(kube, query, resume, 1, &resume));
    }
    CHECK(join(pieces, ", ") == "added 1, modified 2, deleted 2");

    // The server ends a watch that nothing happens on.
    std::size_t events = 0;
    const std::string now = present_version(kube, query);
    REQUIRE(kube.watch(
        {.what = query, .resource_version = now, .length = Duration(1'000)},
        [&](const Event& event) {
            events += event.type == EventType::bookmark ? 0U : 1U;
            return true;
        }
    ));
    CHECK(events == 0);
}

void check_watched_selectors(kube::Kube& kube) {
    make_namespace(kube);
    const kube::ListQuery even = config_maps("parity=even");
    const std::string start = present_version(kube, even);
    const auto write = [&](const std::string& value, const std::string& parity) {
        REQUIRE(kube.apply(
            labelled(config_map("wanders", value), Json::object({{"parity", parity}})), {}
        ));
    };
    write("1", "odd");
    write("2", "even");
    write("4", "even");
    write("5", "odd");
    REQUIRE(kube.remove(config_map_ref("wanders"), {}));
    // Who leaves the selector is gone, and told as it was when it still fitted.
    CHECK(watched(kube, even, start, 3) == "added 2, modified 4, deleted 4");
}

void check_bookmarks(kube::Kube& kube) {
    make_namespace(kube);
    kube::ListQuery quiet = config_maps();
    quiet.field_selector = "metadata.name=nobody";
    const std::string start = present_version(kube, quiet);
    REQUIRE(kube.apply(config_map("unseen", "1"), {}));
    const std::string later = version_of(*kube.apply(config_map("unseen", "2"), {}));
    // Whether and when bookmarks come is the server's choice. What comes is nothing else, and
    // moves on over changes that this watch does not see.
    std::string resume = later;
    REQUIRE(kube.watch(
        {.what = quiet, .resource_version = start, .length = Duration(2'000)},
        [&](const Event& event) {
            CHECK(event.type == EventType::bookmark);
            CHECK(kube::text_at(event.object, "kind") == "ConfigMap");
            resume = version_of(event.object);
            CHECK(std::stoll(resume) >= std::stoll(later));
            return true;
        }
    ));
    // It is a place to go on from.
    REQUIRE(kube.remove(config_map_ref("unseen"), {}));
    kube::ListQuery seen = config_maps();
    seen.field_selector = "metadata.name=unseen";
    CHECK(watched(kube, seen, resume, 1) == "deleted 2");
}

void check_custom_kinds(kube::Kube& kube, Timer& timer) {
    make_namespace(kube);
    const std::string group = "conformance.example.org";
    const std::string early = present_version(kube, config_maps());
    const Json pond = Json::object(
        {{"apiVersion", group + "/v1"},
         {"kind", "Pond"},
         {"metadata", metadata_of("village")},
         {"spec", Json::object({{"size", 3}})}}
    );
    CHECK(kube.apply(pond, {}).error().code == ErrorCode::not_found);
    REQUIRE(kube.apply(definition(group), {}));
    Result<Json> applied = kube.apply(pond, {});
    REQUIRE(comes_true(timer, [&] {
        applied = applied ? std::move(applied) : kube.apply(pond, {});
        return applied.has_value();
    }));
    CHECK(kube::int_at(*applied, "metadata.generation", 0) == 1);

    // From before the kind was served nothing is known: whoever resumes there must list again.
    const kube::ListQuery ponds = {.api_version = group + "/v1", .kind = "Pond"};
    const Result<void> gone =
        kube.watch({.what = ponds, .resource_version = "1"}, [](const Event&) { return false; });
    REQUIRE(!gone);
    CHECK(gone.error().code == ErrorCode::aborted);
    CHECK(gone.error().message.find("too old resource version") != std::string::npos);

    // The definition goes, and everything of its kind with it.
    const kube::Ref ref = *kube::ref_of(definition(group));
    REQUIRE(kube.remove(ref, {}));
    CHECK(comes_true(timer, [&] {
        const Result<Json> left = kube.get(ref);
        return !left && left.error().code == ErrorCode::not_found;
    }));
    CHECK(early != present_version(kube, config_maps()));
}

} // namespace ducksnest::testing
