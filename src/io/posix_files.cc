#include "io/posix_files.h"

#include "io/file_bytes.h"
#include "io/folder_lock.h"
#include "io/os_error.h"
#include "io/tree_reader.h"
#include "ports/tree_path.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace ducksnest::io {

namespace {

namespace fs = std::filesystem;

Result<fs::path> real_path(const fs::path& path) {
    std::error_code failed;
    fs::path found = fs::weakly_canonical(fs::absolute(path, failed), failed);
    if (failed) {
        return os_failure("find", path.string(), failed.value());
    }
    return found;
}

bool is_below(const fs::path& path, const fs::path& root) {
    const fs::path relative = path.lexically_relative(root);
    return !relative.empty() && *relative.begin() != "..";
}

/// Opens the temporary file of a write. Its name is fixed, so that a killed run leaves at most one
/// and the next write reuses it; flock(2) keeps two writers apart, and the one who waited must not
/// go on with a file that has been renamed meanwhile.
Result<FileDescriptor> open_temporary(const std::string& path) {
    for (;;) {
        FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!file.is_open()) {
            return os_failure("create", path, errno);
        }
        if (::flock(file.get(), LOCK_EX) != 0) {
            return os_failure("lock", path, errno);
        }
        struct stat opened{};
        struct stat named{};
        if (::fstat(file.get(), &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
            opened.st_ino == named.st_ino && opened.st_dev == named.st_dev) {
            if (::ftruncate(file.get(), 0) != 0) {
                return os_failure("empty", path, errno);
            }
            return file;
        }
    }
}

Result<void> sync_parent(const fs::path& path) {
    FileDescriptor folder(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open() || ::fsync(folder.get()) != 0) {
        return os_failure("flush", path.parent_path().string(), errno);
    }
    return {};
}

Result<void> fill_temporary(int file, const TreeFile& content, const std::string& temporary) {
    TRY(write_all(file, content.bytes, temporary));
    if (::fchmod(file, content.is_private ? 0600 : 0644) != 0 || ::fsync(file) != 0) {
        return os_failure("write", temporary, errno);
    }
    return {};
}

} // namespace

PosixFiles::PosixFiles(std::string root, SwapOptions options)
    : root_(std::move(root))
    , options_(options) {}

/// The last part of a path may be missing or a link: whoever opens it decides about that.
Result<std::string> PosixFiles::resolve(const std::string& path) const {
    if (path.starts_with('/')) {
        return path;
    }
    const fs::path root = TRY(real_path(root_));
    if (path == ".") {
        return root.string();
    }
    TRY(check_tree_path(path));
    const fs::path whole = root / path;
    const fs::path parent = TRY(real_path(whole.parent_path()));
    if (parent != root && !is_below(parent, root)) {
        return fail(
            ErrorCode::denied,
            "`" + path + "` leads out of `" + root.string() + "` through a symbolic link",
            "replace the link by the folder it points to"
        );
    }
    return (parent / whole.filename()).string();
}

Result<std::optional<Bytes>> PosixFiles::read(const std::string& path) {
    std::string place = TRY(resolve(path));
    if (!path.starts_with('/')) {
        const fs::path target = TRY(real_path(place));
        if (!is_below(target, TRY(real_path(root_)))) {
            return fail(
                ErrorCode::denied,
                "`" + path + "` is a symbolic link that leads out of `" + root_ + "`",
                "replace the link by the file it points to"
            );
        }
    }
    FileDescriptor file(::open(place.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open()) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return std::optional<Bytes>();
        }
        return os_failure("read", path, errno);
    }
    return std::optional<Bytes>(TRY(read_all(file.get(), path)));
}

Result<void> PosixFiles::write(const std::string& path, const TreeFile& file) {
    const fs::path place = TRY(resolve(path));
    std::error_code failed;
    fs::create_directories(place.parent_path(), failed);
    if (failed) {
        return os_failure("create", place.parent_path().string(), failed.value());
    }
    const std::string temporary = hidden_sibling(place.string(), "tmp");
    const FileDescriptor opened = TRY(open_temporary(temporary));
    if (Result<void> filled = fill_temporary(opened.get(), file, temporary); !filled) {
        ::unlink(temporary.c_str());
        return filled;
    }
    if (::rename(temporary.c_str(), place.c_str()) != 0) {
        const int number = errno;
        ::unlink(temporary.c_str());
        return os_failure("write", path, number);
    }
    return sync_parent(place);
}

Result<void> PosixFiles::remove(const std::string& path) {
    const fs::path place = TRY(resolve(path));
    if (::unlink(place.c_str()) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return {};
        }
        return os_failure("remove", path, errno);
    }
    return sync_parent(place);
}

Result<Tree> PosixFiles::read_tree(const std::string& folder) {
    return io::read_tree(TRY(resolve(folder)));
}

Result<void> PosixFiles::replace_tree(const std::string& folder, const Tree& tree) {
    const std::shared_ptr<void> held = TRY(lock(folder));
    std::vector<StagedFile> files;
    files.reserve(tree.size());
    for (const auto& [path, file] : tree) {
        files.push_back({
            .path = path,
            .bytes = file.bytes,
            .mode = static_cast<mode_t>(file.is_private ? 0600 : 0644),
            .owner = std::nullopt,
        });
    }
    return replace_folder(TRY(resolve(folder)), files, options_);
}

Result<Tree> PosixFiles::find_key_files(const std::string& folder) {
    return read_key_files(TRY(resolve(folder)));
}

Result<std::shared_ptr<void>> PosixFiles::lock(const std::string& folder) {
    const std::string place = TRY(resolve(folder));
    if (const auto found = locks_.find(place); found != locks_.end()) {
        if (std::shared_ptr<void> held = found->second.lock(); held != nullptr) {
            return held;
        }
    }
    std::error_code failed;
    fs::create_directories(fs::path(place).parent_path(), failed);
    if (failed) {
        return os_failure("create", fs::path(place).parent_path().string(), failed.value());
    }
    std::shared_ptr<void> held = std::make_shared<FolderLock>(TRY(FolderLock::acquire(place)));
    TRY(recover_folder(place));
    locks_[place] = held;
    return held;
}

} // namespace ducksnest::io
