#include "io/machine_doors.h"

#include "base/assert.h"

#include <sys/random.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <thread>
#include <vector>

namespace ducksnest::io {

void OsRandom::fill(std::span<std::uint8_t> out) {
    while (!out.empty()) {
        const ssize_t got = getrandom(out.data(), out.size(), 0);
        ASSERT(got > 0 || errno == EINTR);
        if (got > 0) {
            out = out.subspan(static_cast<std::size_t>(got));
        }
    }
}

Instant SystemClock::now() {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

void ThreadPool::for_each(std::size_t count, const std::function<void(std::size_t)>& work) {
    const std::size_t cores = std::max<std::size_t>(1, std::thread::hardware_concurrency());
    std::atomic<std::size_t> next = 0;
    const auto take_turns = [&] {
        for (std::size_t i = next++; i < count; i = next++) {
            work(i);
        }
    };
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min(cores, count); ++i) {
        helpers.emplace_back(take_turns);
    }
    take_turns();
}

} // namespace ducksnest::io
