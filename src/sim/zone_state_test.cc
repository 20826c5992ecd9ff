#include "sim/zone_state.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::sim;

namespace {

Instant at(std::int64_t seconds) {
    return Instant(std::chrono::seconds(seconds));
}

} // namespace

TEST_CASE("the state of a zone follows Kubernetes' table") {
    struct Row {
        std::size_t ready;
        std::size_t not_ready;
        ZoneState state;
    };
    const std::vector<Row> rows = {
        {.ready = 3, .not_ready = 0, .state = ZoneState::normal},
        {.ready = 0, .not_ready = 1, .state = ZoneState::full_disruption},
        {.ready = 0, .not_ready = 3, .state = ZoneState::full_disruption},
        // Two of three are more than 55 %, but not more than two nodes.
        {.ready = 1, .not_ready = 2, .state = ZoneState::normal},
        // The eviction trap: three laptops dark in a cluster without zone labels.
        {.ready = 1, .not_ready = 3, .state = ZoneState::partial_disruption},
        {.ready = 2, .not_ready = 3, .state = ZoneState::partial_disruption},
        {.ready = 3, .not_ready = 3, .state = ZoneState::normal},
        // 55 % exactly, and just below.
        {.ready = 9, .not_ready = 11, .state = ZoneState::partial_disruption},
        {.ready = 46, .not_ready = 54, .state = ZoneState::normal},
    };
    for (const Row& row : rows) {
        CAPTURE(row.ready);
        CAPTURE(row.not_ready);
        CHECK(compute_zone_state(row.ready, row.not_ready) == row.state);
    }
    CHECK(compute_zone_state(0, 0) == ZoneState::normal);
}

TEST_CASE("the rate of tainting by state and size") {
    CHECK(taint_rate(ZoneState::normal, 4) == 100);
    CHECK(taint_rate(ZoneState::full_disruption, 4) == 100);
    CHECK(taint_rate(ZoneState::partial_disruption, 50) == 0);
    CHECK(taint_rate(ZoneState::partial_disruption, 51) == 10);
}

TEST_CASE("a bucket starts full, holds one token and fills at its rate") {
    TokenBucket bucket(100, at(0));
    CHECK(bucket.accept(at(0)));
    CHECK_FALSE(bucket.accept(at(0)));
    CHECK(bucket.ready_at(at(3)) == at(10));
    CHECK_FALSE(bucket.accept(at(9)));
    CHECK(bucket.accept(at(10)));
    // An hour of rest gives one token, not 360.
    CHECK(bucket.accept(at(3'600)));
    CHECK_FALSE(bucket.accept(at(3'600)));
}

TEST_CASE("a bucket with rate zero never accepts") {
    TokenBucket bucket(0, at(0));
    CHECK_FALSE(bucket.accept(at(100'000)));
    CHECK_FALSE(bucket.ready_at(at(0)).has_value());
}

TEST_CASE("a taint queue holds a node once until it is removed") {
    TaintQueue queue(at(0));
    CHECK(queue.add(5));
    CHECK_FALSE(queue.add(5));
    CHECK(queue.take(at(0)) == 5U);
    // Worked off, but still known: it is not tainted twice.
    CHECK_FALSE(queue.add(5));
    CHECK(queue.remove(5));
    CHECK_FALSE(queue.remove(5));
    CHECK(queue.add(5));
}

TEST_CASE("a taint queue serves in order, ten seconds apart") {
    TaintQueue queue(at(0));
    for (const std::uint32_t node : {3U, 1U, 2U}) {
        queue.add(node);
    }
    CHECK(queue.take(at(0)) == 3U);
    CHECK_FALSE(queue.take(at(9)).has_value());
    CHECK(queue.ready_at(at(9)) == at(10));
    CHECK(queue.take(at(10)) == 1U);
    CHECK(queue.take(at(20)) == 2U);
    CHECK_FALSE(queue.waiting());
    CHECK_FALSE(queue.ready_at(at(99)).has_value());
}

TEST_CASE("a limiter that stood at zero starts empty") {
    TaintQueue queue(at(0));
    queue.swap_limiter(0, at(0));
    queue.add(1);
    CHECK_FALSE(queue.take(at(50)).has_value());
    queue.swap_limiter(100, at(50));
    CHECK_FALSE(queue.take(at(50)).has_value());
    CHECK(queue.ready_at(at(50)) == at(60));
    CHECK(queue.take(at(60)) == 1U);
}

TEST_CASE("swapping to the same rate keeps the tokens") {
    TaintQueue queue(at(0));
    queue.add(1);
    queue.swap_limiter(100, at(0));
    CHECK(queue.take(at(0)) == 1U);
}
