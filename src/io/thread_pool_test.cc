#include "io/os_random.h"
#include "io/thread_pool.h"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <vector>

using namespace ducksnest;

TEST_CASE("every index is worked on exactly once, loop after loop") {
    for (const std::size_t threads : {1U, 2U, 5U}) {
        io::ThreadPool pool(threads);
        CHECK(pool.threads() == threads);
        for (int round = 0; round < 200; ++round) {
            std::vector<std::atomic<int>> seen(static_cast<std::size_t>(round));
            pool.for_each(seen.size(), [&](std::size_t index) { ++seen[index]; });
            for (const std::atomic<int>& count : seen) {
                REQUIRE(count == 1);
            }
        }
    }
}

TEST_CASE("a loop inside a loop runs, in its own thread") {
    io::ThreadPool pool(3);
    std::atomic<int> count = 0;
    pool.for_each(10, [&](std::size_t) { pool.for_each(10, [&](std::size_t) { ++count; }); });
    CHECK(count == 100);
}

TEST_CASE("the kernel's randomness fills the whole span") {
    io::OsRandom random;
    std::array<std::uint8_t, 1000> first{};
    std::array<std::uint8_t, 1000> second{};
    random.fill(first);
    random.fill(second);
    CHECK(first != second);
    random.fill({});
}
