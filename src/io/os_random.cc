#include "io/os_random.h"

#include "base/assert.h"

#include <sys/random.h>

#include <cerrno>

namespace ducksnest::io {

void OsRandom::fill(std::span<std::uint8_t> out) {
    while (!out.empty()) {
        const ssize_t got = ::getrandom(out.data(), out.size(), 0);
        if (got < 0) {
            // Only a kernel without the call fails otherwise, and then no key may be made at all.
            ASSERT(errno == EINTR);
            continue;
        }
        out = out.subspan(static_cast<std::size_t>(got));
    }
}

} // namespace ducksnest::io
