#include "cache/gc.h"
#include "cache/generation.h"
#include "cache/lease.h"
#include "cache/narinfo_store.h"
#include "cache/survey.h"
#include "sim/doors.h"
#include "sim/memory_store.h"
#include "turns.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::cache;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;

namespace {

/// A bucket and the doors to it, with a time of its own.
struct Ground {
    testing::Turns time{Instant(Duration(std::int64_t{1'800'000'000'000})), 1};
    sim::SeededRandom random{2};
    sim::MemoryStore store{time};
    sim::SerialParallel threads{};

    LeaseDoors doors() { return {.store = store, .random = random, .timer = time}; }
    bool has(std::string_view key) { return store.objects().contains(std::string(key)); }
};

Narinfo narinfo_of(const std::string& name) {
    return {
        .path = StorePath::parse_name(std::string(32, '0') + "-" + name).value(),
        .url = "nar/x.nar.zst",
        .compression = "zstd",
        .nar_size = 120,
    };
}

} // namespace

TEST_CASE("a collection that was held up leaves the claim of its successor alone") {
    Ground ground;
    Claim first = Claim::begin(ground.doors()).value();
    ground.time.pass(16min);
    Claim second = Claim::begin(ground.doors()).value();
    CHECK(first.check().error().code == ErrorCode::aborted);
    CHECK(first.end());
    CHECK(ground.has(claim_key));
    CHECK(second.end());
    CHECK_FALSE(ground.has(claim_key));
}

TEST_CASE("a claim whose time cannot be read is taken back") {
    Ground ground;
    // The head that follows is the first call to fail.
    ground.store.set_interruption([&](std::string_view call, const std::string&) {
        ground.store.set_faults(
            call == "head" ? sim::StoreFaults{.server_error = {1, 1}} : sim::StoreFaults{}
        );
    });
    CHECK(Claim::begin(ground.doors()).error().code == ErrorCode::unavailable);
    CHECK_FALSE(ground.has(claim_key));
}

TEST_CASE("a push waits for a collection, until that is too old to remove anything") {
    Ground ground;
    const Claim claim = Claim::begin(ground.doors()).value();
    const Duration begun = ground.time.elapsed();
    CHECK(PushMarker::begin(ground.doors(), {}, {}));
    CHECK(ground.time.elapsed() - begun > claim_lifetime);
    CHECK(ground.time.elapsed() - begun < claim_lifetime + 5s);
    CHECK(claim.check().error().code == ErrorCode::aborted);
}

TEST_CASE("a marker is renewed in time, and one that was disregarded does not come back") {
    Ground ground;
    PushMarker marker = PushMarker::begin(ground.doors(), {}, {}).value();
    for (int i = 0; i < 10; ++i) {
        ground.time.pass(29min);
        REQUIRE(marker.renew());
    }
    ground.time.pass(31min);
    const auto renewed = marker.renew();
    REQUIRE_FALSE(renewed);
    CHECK(renewed.error().code == ErrorCode::aborted);
    CHECK(
        renewed.error().message ==
        "the push was held up for too long to be safe from garbage collections"
    );
    CHECK(renewed.error().help == "push again: what is stored already is not sent again");
}

TEST_CASE("a collection refuses what it cannot read") {
    Ground ground;
    const Narinfo narinfo = narinfo_of("duck");
    const std::string hash(narinfo.path.hash());
    REQUIRE(put_bytes(ground.store, hash + ".narinfo", as_bytes("quack")));
    REQUIRE(record_generation(ground.store, {.node = "nest", .path = narinfo.path}));
    const auto collected = collect_garbage(ground.doors(), ground.threads, {});
    REQUIRE_FALSE(collected);
    CHECK(collected.error().code == ErrorCode::corrupt);
    CHECK(collected.error().message.starts_with(
        "`" + hash + ".narinfo` cannot be read, so that it is not known what it needs: "
    ));
    CHECK(collected.error().help == "`ducksnest cache verify --repair` takes out what is damaged");
    CHECK(ground.has(hash + ".narinfo"));
    CHECK_FALSE(ground.has(claim_key));
}

TEST_CASE("a narinfo keeps the signatures of all who store it") {
    Ground ground;
    Narinfo narinfo = narinfo_of("duck");
    const std::string key = narinfo_key(narinfo.path);
    const auto signatures = [&] {
        return parse_narinfo(as_text(*ground.store.objects().at(key).bytes)).value().signatures;
    };
    narinfo.signatures = {"nest-1:AAAA"};
    REQUIRE(store_narinfo(ground.store, narinfo, {}));
    narinfo.signatures = {"nest-2:BBBB"};
    REQUIRE(store_narinfo(ground.store, narinfo, {}));
    CHECK(signatures() == std::vector<std::string>{"nest-1:AAAA", "nest-2:BBBB"});

    // Of another archive: it is not the same path's any more.
    narinfo.nar_size = 240;
    REQUIRE(store_narinfo(ground.store, narinfo, {}));
    CHECK(signatures() == std::vector<std::string>{"nest-2:BBBB"});

    REQUIRE(put_bytes(ground.store, key, as_bytes("quack")));
    REQUIRE(store_narinfo(ground.store, narinfo, {}));
    CHECK(signatures() == std::vector<std::string>{"nest-2:BBBB"});
}
