#include "io/file_bytes.h"

#include "io/os_error.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace ducksnest::io {

Result<Bytes> read_all(int file, const std::string& path) {
    struct stat found{};
    if (::fstat(file, &found) != 0) {
        return os_failure("read", path, errno);
    }
    // One byte more than its size shows the end without growing the buffer.
    Bytes bytes(static_cast<std::size_t>(std::max<off_t>(found.st_size, 0)) + 1);
    std::size_t filled = 0;
    for (;;) {
        if (filled == bytes.size()) {
            bytes.resize(bytes.size() * 2 + 4096);
        }
        const ssize_t got = ::read(file, bytes.data() + filled, bytes.size() - filled);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return os_failure("read", path, errno);
        }
        if (got == 0) {
            bytes.resize(filled);
            return bytes;
        }
        filled += static_cast<std::size_t>(got);
    }
}

Result<void> write_all(int file, ByteView bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t done = ::write(file, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done < 0) {
            return os_failure("write", path, errno);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(done));
    }
    return {};
}

} // namespace ducksnest::io
