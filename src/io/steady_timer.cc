#include "io/steady_timer.h"

#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>

namespace ducksnest::io {
namespace {

Duration since_boot() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::floor<Duration>(
        std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec)
    );
}

} // namespace

SteadyTimer::SteadyTimer()
    : start_(since_boot()) {}

Duration SteadyTimer::elapsed() {
    return since_boot() - start_;
}

Result<void> SteadyTimer::pause(Duration length, std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any over;
    std::unique_lock lock(mutex);
    over.wait_for(lock, stop, length, [] { return false; });
    if (stop.stop_requested()) {
        return fail(ErrorCode::interrupted, "stopped while waiting");
    }
    return {};
}

} // namespace ducksnest::io
