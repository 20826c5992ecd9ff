#include "io/posix_tree_target.h"

#include "io/os_error.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace ducksnest::io {
namespace {

/// What every path of a Nix store has ("File system object" in the Nix manual).
constexpr std::array<timespec, 2> store_time = {
    {{.tv_sec = 1, .tv_nsec = 0}, {.tv_sec = 1, .tv_nsec = 0}}
};
constexpr mode_t folder_mode = 0555;

/// A hole must be worth it; shorter runs are written.
constexpr std::size_t hole_min = 64U << 10U;

bool is_zero(ByteView bytes) {
    return bytes.front() == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

} // namespace

std::string PosixTreeTarget::entry(std::string_view name) const {
    return folders_.empty() ? root_ : std::string(name);
}

std::unexpected<Error>
PosixTreeTarget::failure(std::string_view action, const std::string& name) const {
    const int number = errno;
    std::string path = shown_;
    for (std::size_t i = 1; i < folders_.size(); ++i) {
        path += "/" + folders_[i].name;
    }
    if (!folders_.empty() && !name.empty()) {
        path += "/" + name;
    }
    return os_failure(action, path, number);
}

Result<void> PosixTreeTarget::begin_folder(std::string_view name) {
    const std::string own = entry(name);
    if (::mkdirat(here(), own.c_str(), 0700) != 0) {
        return failure("make", own);
    }
    FileDescriptor folder(
        ::openat(here(), own.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    );
    if (!folder.is_open()) {
        return failure("open", own);
    }
    folders_.push_back({.file = std::move(folder), .name = own});
    return {};
}

Result<void> PosixTreeTarget::end_folder() {
    const int folder = here();
    if (::fchmod(folder, folder_mode) != 0 || ::futimens(folder, store_time.data()) != 0) {
        return failure("finish", "");
    }
    folders_.pop_back();
    return {};
}

Result<void>
PosixTreeTarget::begin_file(std::string_view name, FileMode mode, std::uint64_t /*size*/) {
    const std::string own = entry(name);
    file_ = {
        .file = FileDescriptor(::openat(
            here(), own.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600
        )),
        .name = own
    };
    if (!file_.file.is_open()) {
        return failure("make", own);
    }
    mode_ = mode;
    written_ = 0;
    has_hole_at_end_ = false;
    return {};
}

Result<void> PosixTreeTarget::write(ByteView piece) {
    if (piece.size() >= hole_min && is_zero(piece)) {
        written_ += piece.size();
        has_hole_at_end_ = true;
        return {};
    }
    while (!piece.empty()) {
        const ssize_t count =
            ::pwrite(file_.file.get(), piece.data(), piece.size(), static_cast<off_t>(written_));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return failure("write", file_.name);
        }
        written_ += static_cast<std::uint64_t>(count);
        piece = piece.subspan(static_cast<std::size_t>(count));
        has_hole_at_end_ = false;
    }
    return {};
}

Result<void> PosixTreeTarget::end_file() {
    const int file = file_.file.get();
    if (has_hole_at_end_ && ::ftruncate(file, static_cast<off_t>(written_)) != 0) {
        return failure("write", file_.name);
    }
    const mode_t mode = mode_ == FileMode::executable ? 0555 : 0444;
    if (::fchmod(file, mode) != 0 || ::futimens(file, store_time.data()) != 0) {
        return failure("finish", file_.name);
    }
    file_.file.close();
    return {};
}

Result<void> PosixTreeTarget::add_symlink(std::string_view name, std::string_view target) {
    const std::string own = entry(name);
    if (::symlinkat(std::string(target).c_str(), here(), own.c_str()) != 0 ||
        ::utimensat(here(), own.c_str(), store_time.data(), AT_SYMLINK_NOFOLLOW) != 0) {
        return failure("make", own);
    }
    return {};
}

} // namespace ducksnest::io
