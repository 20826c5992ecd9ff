#include "io/steady_timer.h"

#include <condition_variable>
#include <mutex>

namespace ducksnest::io {

Duration SteadyTimer::elapsed() {
    return std::chrono::floor<Duration>(std::chrono::steady_clock::now() - start_);
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
