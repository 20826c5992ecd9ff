#include "io/folder_lock.h"

#include "io/folder_swap.h"
#include "io/os_error.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

namespace ducksnest::io {

namespace {

/// A releasing process removes the file, so the one we opened may be gone from its name by now.
bool still_has_name(int file, const std::string& path) {
    struct stat opened{};
    struct stat named{};
    return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

std::unexpected<Error> held_by_other(int file, const std::string& folder) {
    std::array<char, 32> text{};
    const ssize_t got = ::pread(file, text.data(), text.size() - 1, 0);
    std::string holder(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    while (!holder.empty() && (holder.back() < '0' || holder.back() > '9')) {
        holder.pop_back();
    }
    return fail(
        ErrorCode::conflict,
        "`" + folder + "` is being changed by " +
            (holder.empty() ? std::string("another process") : "process " + holder),
        "wait until that run has ended, then try again"
    );
}

} // namespace

Result<FolderLock> FolderLock::acquire(const std::string& folder) {
    const std::string path = hidden_sibling(folder, "lock");
    for (;;) {
        FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
        if (!file.is_open()) {
            return os_failure("lock", path, errno);
        }
        if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK) {
                return held_by_other(file.get(), folder);
            }
            return os_failure("lock", path, errno);
        }
        if (!still_has_name(file.get(), path)) {
            continue;
        }
        const std::string holder = std::to_string(::getpid()) + "\n";
        if (::ftruncate(file.get(), 0) != 0 ||
            ::pwrite(file.get(), holder.data(), holder.size(), 0) !=
                static_cast<ssize_t>(holder.size())) {
            const int number = errno;
            ::unlink(path.c_str());
            return os_failure("write", path, number);
        }
        return FolderLock(std::move(file), path);
    }
}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
    if (this != &other) {
        release();
        file_ = std::move(other.file_);
        path_ = std::move(other.path_);
    }
    return *this;
}

FolderLock::~FolderLock() {
    release();
}

void FolderLock::release() {
    if (file_.is_open()) {
        ::unlink(path_.c_str());
        file_.close();
    }
}

} // namespace ducksnest::io
