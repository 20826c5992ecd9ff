#include "kube/follow.h"
#include "kube/object.h"
#include "sim/api_server.h"
#include "sim/doors.h"
#include "sim/faulty_kube.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace ducksnest;
using namespace ducksnest::sim;
using namespace std::chrono_literals;

namespace {

Json config_map(const std::string& name, const std::string& value) {
    return Json::object(
        {{"apiVersion", "v1"},
         {"kind", "ConfigMap"},
         {"metadata", Json::object({{"name", name}, {"namespace", "default"}})},
         {"data", Json::object({{"value", value}})}}
    );
}

const kube::ListQuery config_maps = {.api_version = "v1", .kind = "ConfigMap"};

kube::Ref ref(const Json& object) {
    return *kube::ref_of(object);
}

struct Lab {
    explicit Lab(Controllers controllers = Controllers::none)
        : server(timer, {.controllers = controllers}) {}
    VirtualTimer timer{};
    ApiServer server;
};

std::map<std::string, std::string> truth_in(ApiServer& server) {
    std::map<std::string, std::string> truth;
    REQUIRE(server.list(config_maps, [&](const Json& object) {
        truth[kube::text_at(object, "metadata.name")] = kube::text_at(object, "data.value");
        return true;
    }));
    return truth;
}

} // namespace

TEST_CASE("after a compaction an old version cannot be watched from, and a list starts over") {
    Lab lab;
    for (int i = 0; i < 6; ++i) {
        REQUIRE(lab.server.apply(config_map(fmt::format("n{}", i), "1"), {}));
    }
    lab.server.compact();
    const Result<void> gone =
        lab.server.watch({.what = config_maps, .resource_version = "3"}, [](const kube::Event&) {
            return true;
        });
    REQUIRE(!gone);
    CHECK(gone.error().code == ErrorCode::aborted);
    CHECK(gone.error().message == "`every ConfigMap`: too old resource version: 3 (11)");

    kube::ListQuery paged = config_maps;
    paged.page_size = 2;
    std::vector<std::string> seen;
    REQUIRE(lab.server.list(paged, [&](const Json& object) {
        seen.push_back(kube::text_at(object, "metadata.name"));
        if (seen.size() == 2) {
            REQUIRE(lab.server.apply(config_map("n9", "1"), {}));
            lab.server.compact();
        }
        return true;
    }));
    const std::vector<std::string> expected = {
        "n0", "n1", "n0", "n1", "n2", "n3", "n4", "n5", "n9"
    };
    CHECK(seen == expected);
}

TEST_CASE("a watch moves the time on: it sees what happens meanwhile, and then it ends") {
    Lab lab(Controllers::run);
    const Json home = Json::object(
        {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", Json::object({{"name", "pond"}})}
        }
    );
    REQUIRE(lab.server.apply(home, {}));
    Json inside = config_map("inside", "1");
    inside.set("metadata", Json::object({{"name", "inside"}, {"namespace", "pond"}}));
    REQUIRE(lab.server.apply(inside, {}));
    const std::string version = std::to_string(lab.server.revision());
    REQUIRE(lab.server.remove(ref(home), {}));
    CHECK(kube::text_at(*lab.server.get(ref(home)), "status.phase") == "Terminating");
    // Nothing new comes in any more.
    Json late = inside;
    late.set("metadata", Json::object({{"name", "late"}, {"namespace", "pond"}}));
    CHECK(lab.server.apply(late, {}).error().code == ErrorCode::conflict);
    std::size_t events = 0;
    REQUIRE(lab.server.watch(
        {.what = config_maps, .resource_version = version, .length = 30s},
        [&](const kube::Event& event) {
            events += event.type == kube::EventType::deleted ? 1 : 0;
            return true;
        }
    ));
    CHECK(events == 1);
    CHECK(lab.timer.elapsed() == 30s);
    CHECK(lab.server.get(ref(home)).error().code == ErrorCode::not_found);
}

TEST_CASE("a quiet watch gets a bookmark every minute, and can go on from it") {
    Lab lab;
    kube::ListQuery nobody = config_maps;
    nobody.field_selector = "metadata.name=nobody";
    const std::string start = std::to_string(lab.server.revision());
    REQUIRE(lab.server.apply(config_map("unseen", "1"), {}));
    std::vector<std::string> bookmarks;
    REQUIRE(lab.server.watch(
        {.what = nobody, .resource_version = start, .length = 150s},
        [&](const kube::Event& event) {
            CHECK(event.type == kube::EventType::bookmark);
            bookmarks.push_back(kube::text_at(event.object, "metadata.resourceVersion"));
            return true;
        }
    ));
    const std::string now = std::to_string(lab.server.revision());
    CHECK(bookmarks == std::vector<std::string>{now, now});
    lab.server.compact();
    CHECK(lab.server.watch(
        {.what = nobody, .resource_version = now, .length = 1s},
        [](const kube::Event&) { return true; }
    ));
}

TEST_CASE("controllers collect what belonged to a removed object, or let it go") {
    for (const bool orphans : {false, true}) {
        CAPTURE(orphans);
        Lab lab(Controllers::run);
        const Result<Json> parent = lab.server.create(config_map("parent", "1"));
        const Json owner = Json::object(
            {{"apiVersion", "v1"},
             {"kind", "ConfigMap"},
             {"name", "parent"},
             {"uid", kube::text_at(*parent, "metadata.uid")}}
        );
        Json child = config_map("child", "1");
        child.set(
            "metadata",
            Json::object(
                {{"name", "child"},
                 {"namespace", "default"},
                 {"ownerReferences", Json::array({owner})}}
            )
        );
        REQUIRE(lab.server.create(child));
        REQUIRE(lab.server.remove(
            ref(*parent),
            {.propagation = orphans ? kube::Propagation::orphan : kube::Propagation::foreground}
        ));
        CHECK(lab.server.get(ref(*parent)).has_value());
        REQUIRE(lab.timer.pause(5s, {}));
        CHECK(lab.server.get(ref(*parent)).error().code == ErrorCode::not_found);
        CHECK(lab.server.get(ref(child)).has_value() == orphans);
    }
}

TEST_CASE("what the server refuses is told with object, field and cause") {
    Lab lab;
    const Json bad = Json::object(
        {{"apiVersion", "apps/v1"},
         {"kind", "Deployment"},
         {"metadata", Json::object({{"name", "web"}, {"namespace", "default"}})},
         {"spec", Json::object({{"replicas", -1}})}}
    );
    CHECK(
        lab.server.apply(bad, {}).error().message ==
        "the API server refuses `Deployment default/web`:\n"
        "  spec.replicas: Invalid value: -1: must be greater than or equal to 0"
    );
    kube::ListQuery query = config_maps;
    query.field_selector = "data.value=1";
    CHECK(
        lab.server.list(query, [](const Json&) { return true; }).error().message ==
        "field label not supported: data.value"
    );
}

TEST_CASE("a follower over a bad network sees every object as it is in the end") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        Lab lab;
        SeededRandom random(seed);
        FaultyKube kube(
            {.server = lab.server, .timer = lab.timer, .random = random},
            seed,
            {.declined = {1, 10}, .reset = {1, 10}, .lost_reply = {1, 10}, .outage = {1, 50}}
        );
        Prng prng(seed);
        std::map<std::string, std::string> known;
        int writes_left = 40;
        REQUIRE(lab.server.apply(config_map("n0", "first"), {}));
        REQUIRE(kube::follow({kube, lab.timer, random}, config_maps, [&](const kube::Event& event) {
            const std::string name = kube::text_at(event.object, "metadata.name");
            if (event.type == kube::EventType::deleted) {
                known.erase(name);
            } else {
                known[name] = kube::text_at(event.object, "data.value");
            }
            if (writes_left == 0) {
                return known != truth_in(lab.server);
            }
            const std::string next = fmt::format("n{}", prng.below(5));
            --writes_left;
            if (prng.chance({1, 4}) && next != name) {
                (void)lab.server.remove(ref(config_map(next, "")), {});
                REQUIRE(lab.server.apply(config_map(name, std::to_string(writes_left)), {}));
            } else {
                REQUIRE(lab.server.apply(config_map(next, std::to_string(writes_left)), {}));
            }
            if (prng.chance({1, 6})) {
                lab.server.compact();
            }
            return true;
        }));
        CHECK(known == truth_in(lab.server));
    }
}
