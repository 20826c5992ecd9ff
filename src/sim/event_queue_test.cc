#include "base/prng.h"
#include "sim/event_queue.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::sim;

namespace {

Instant at(std::int64_t milliseconds) {
    return Instant(Duration(milliseconds));
}

} // namespace

TEST_CASE("events come by time, and at the same time in the order they were scheduled") {
    EventQueue queue;
    queue.push(at(20), EventKind::schedule, 1, 0);
    queue.push(at(10), EventKind::schedule, 2, 0);
    queue.push(at(20), EventKind::schedule, 3, 0);
    queue.push(at(10), EventKind::schedule, 4, 0);
    CHECK(queue.pop().subject == 2);
    CHECK(queue.pop().subject == 4);
    CHECK(queue.pop().subject == 1);
    CHECK(queue.pop().subject == 3);
    CHECK(queue.empty());
}

TEST_CASE("a thousand events scheduled in any order come out sorted and complete") {
    Prng prng(7);
    EventQueue queue;
    for (std::uint32_t i = 0; i < 1'000; ++i) {
        queue.push(at(prng.between(0, 99)), EventKind::schedule, i, 0);
    }
    Event last = queue.pop();
    std::size_t count = 1;
    while (!queue.empty()) {
        const Event event = queue.pop();
        const bool in_order =
            last.at < event.at || (last.at == event.at && last.sequence < event.sequence);
        CHECK(in_order);
        last = event;
        ++count;
    }
    CHECK(count == 1'000);
}

TEST_CASE("what is scheduled while events are handled takes its place") {
    EventQueue queue;
    queue.push(at(10), EventKind::schedule, 1, 0);
    queue.push(at(30), EventKind::schedule, 3, 0);
    CHECK(queue.pop().subject == 1);
    queue.push(at(20), EventKind::schedule, 2, 0);
    queue.push(at(10), EventKind::schedule, 9, 0);
    CHECK(queue.pop().subject == 9);
    CHECK(queue.pop().subject == 2);
    CHECK(queue.pop().subject == 3);
}
