#include "sim/doors.h"

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace ducksnest;
using namespace ducksnest::sim;

TEST_CASE("the twin's random bytes come from the seed alone") {
    std::array<std::uint8_t, 40> first{};
    std::array<std::uint8_t, 40> second{};
    std::array<std::uint8_t, 40> other{};
    SeededRandom(1).fill(first);
    SeededRandom(1).fill(second);
    SeededRandom(2).fill(other);
    CHECK(first == second);
    CHECK(first != other);
}

TEST_CASE("serial work is done in order") {
    std::vector<std::size_t> done;
    SerialParallel().for_each(4, [&](std::size_t i) { done.push_back(i); });
    CHECK(done == std::vector<std::size_t>{0, 1, 2, 3});
}

TEST_CASE("virtual time stands still until it is set") {
    VirtualClock clock(Instant(Duration(5)));
    CHECK(clock.now() == Instant(Duration(5)));
    CHECK(clock.now() == Instant(Duration(5)));
    clock.set(Instant(Duration(9)));
    CHECK(clock.now() == Instant(Duration(9)));
}
