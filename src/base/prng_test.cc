#include "base/prng.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>

using namespace ducksnest;

TEST_CASE("the same seed gives the same numbers, another seed others") {
    Prng a(7);
    Prng b(7);
    Prng c(8);
    CHECK(a.next() == b.next());
    CHECK(a.next() != c.next());
    CHECK(b.next() != c.next());
    CHECK(a.fork().next() == b.fork().next());
}

TEST_CASE("below and between stay in their bounds and reach both ends") {
    Prng prng(1);
    bool low = false;
    bool high = false;
    for (int i = 0; i < 1000; ++i) {
        const std::int64_t n = prng.between(-2, 3);
        REQUIRE(n >= -2);
        REQUIRE(n <= 3);
        low |= n == -2;
        high |= n == 3;
    }
    CHECK(low);
    CHECK(high);
    CHECK(prng.below(1) == 0);
}

TEST_CASE("fill writes every byte") {
    Prng prng(3);
    std::array<std::uint8_t, 13> bytes{};
    int nonzero = 0;
    for (int i = 0; i < 50; ++i) {
        prng.fill(bytes);
        nonzero += bytes.back() != 0 ? 1 : 0;
    }
    CHECK(nonzero > 40);
}
