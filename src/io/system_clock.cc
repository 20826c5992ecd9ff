#include "io/system_clock.h"

namespace ducksnest::io {

Instant SystemClock::now() {
    return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

} // namespace ducksnest::io
