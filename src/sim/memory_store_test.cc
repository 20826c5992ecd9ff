#include "sim/doors.h"
#include "sim/memory_store.h"

#include <doctest/doctest.h>

using namespace ducksnest;

namespace {

constexpr Ratio often = {.numerator = 1, .denominator = 4};

/// What the callers of a few hundred calls hear, as text.
std::string story(std::uint64_t seed) {
    sim::VirtualClock clock(Instant{});
    sim::MemoryStore store(
        clock,
        seed,
        {.server_error = often,
         .slow_down = often,
         .reset = often,
         .truncated = often,
         .lost_reply = often}
    );
    std::string heard;
    for (int i = 0; i < 200; ++i) {
        const std::string key = "key" + std::to_string(i % 7);
        const auto put = put_bytes(store, key, Bytes(100'000, 7));
        heard += put ? "+" : describe(put.error()) + "\n";
        const auto got = get_bytes(store, key, 100'000);
        heard += got ? std::to_string(got->size()) : describe(got.error()) + "\n";
    }
    return heard;
}

} // namespace

TEST_CASE("the twin's store fails in every way, and the same way again") {
    const std::string first = story(1);
    CHECK(first == story(1));
    CHECK(first != story(2));
    for (const char* message :
         {"put `key1` failed: 500 InternalError",
          "get `key1` failed: 503 SlowDown",
          "get `key1` failed: the connection broke",
          "get `key1` failed: the body is cut off",
          "put `key1` failed: no answer"}) {
        CHECK_MESSAGE(first.find(message) != std::string::npos, message);
    }
}

TEST_CASE("a reply is lost after the write took place") {
    sim::VirtualClock clock(Instant{});
    sim::MemoryStore store(clock, 1, {.lost_reply = {.numerator = 1, .denominator = 1}});
    CHECK(put_bytes(store, "a", as_bytes("1")).error().code == ErrorCode::timeout);
    CHECK(get_bytes(store, "a", 10).value() == to_bytes("1"));
    CHECK(store.remove("a").error().code == ErrorCode::timeout);
    CHECK(store.objects().empty());
}

TEST_CASE("something happens in between, and bytes rot") {
    sim::VirtualClock clock(Instant{});
    sim::MemoryStore store(clock);
    REQUIRE(put_bytes(store, "a", as_bytes("one")));
    store.damage("a", 2);
    CHECK(get_bytes(store, "a", 10).value() == to_bytes("ond"));
    store.set_interruption([&](std::string_view call, const std::string& key) {
        if (call == "get" && key == "a") {
            REQUIRE(store.remove("a"));
        }
    });
    CHECK(get_bytes(store, "a", 10).error().code == ErrorCode::not_found);
}
