#include "io/fresh_threads.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace ducksnest::io {

void FreshThreads::for_each(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next = 0;
    const auto run = [&] {
        for (std::size_t index = next++; index < count; index = next++) {
            work(index);
        }
    };
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min(count, threads_max_); ++i) {
        helpers.emplace_back(run);
    }
    run();
}

} // namespace ducksnest::io
