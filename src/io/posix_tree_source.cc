#include "io/posix_tree_source.h"

#include "io/os_error.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>

namespace ducksnest::io {
namespace {

struct FolderCloser {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

/// The target of a symbolic link that fstatat says is `size` bytes long.
Result<std::string>
read_target(int folder, const char* name, std::size_t size, const std::string& shown) {
    // One byte more shows whether it grew in between.
    std::string target(size + 1, '\0');
    const ssize_t count = ::readlinkat(folder, name, target.data(), target.size());
    if (count < 0) {
        return os_failure("read", shown, errno);
    }
    if (static_cast<std::size_t>(count) > size) {
        return fail(ErrorCode::aborted, "`" + shown + "` changed while it was read");
    }
    target.resize(static_cast<std::size_t>(count));
    return target;
}

Result<TreeNode> look(int folder, const char* name, const std::string& shown) {
    struct stat status{};
    if (::fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        return os_failure("read", shown, errno);
    }
    TreeNode node;
    if (S_ISREG(status.st_mode)) {
        node.kind = NodeKind::regular;
        node.is_executable = (status.st_mode & S_IXUSR) != 0;
        node.size = static_cast<std::uint64_t>(status.st_size);
    } else if (S_ISDIR(status.st_mode)) {
        node.kind = NodeKind::folder;
    } else if (S_ISLNK(status.st_mode)) {
        node.kind = NodeKind::symlink;
        node.target =
            TRY(read_target(folder, name, static_cast<std::size_t>(status.st_size), shown));
    } else {
        return fail(
            ErrorCode::unsupported,
            "`" + shown + "` is neither a file, a folder nor a symbolic link"
        );
    }
    return node;
}

} // namespace

std::string PosixTreeSource::below(const std::string& path) const {
    return path.empty() ? path_ : path_ + "/" + path;
}

Result<TreeNode> PosixTreeSource::root() {
    return look(AT_FDCWD, path_.c_str(), path_);
}

Result<std::vector<TreeNode>> PosixTreeSource::list(const std::string& path) {
    const std::string shown = below(path);
    FileDescriptor file(::open(shown.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!file.is_open()) {
        return os_failure("read", shown, errno);
    }
    const int number = file.get();
    const std::unique_ptr<DIR, FolderCloser> folder(::fdopendir(number));
    if (folder == nullptr) {
        return os_failure("read", shown, errno);
    }
    file.release(); // The stream owns it now.
    std::vector<TreeNode> children;
    for (errno = 0; const dirent* entry = ::readdir(folder.get()); errno = 0) {
        const std::string name = static_cast<const char*>(entry->d_name);
        if (name != "." && name != "..") {
            children.push_back(TRY(look(number, name.c_str(), shown + "/" + name)));
            children.back().name = name;
        }
    }
    if (errno != 0) {
        return os_failure("read", shown, errno);
    }
    return children;
}

Result<std::size_t>
PosixTreeSource::read(const std::string& path, std::uint64_t offset, std::span<std::uint8_t> out) {
    if (!open_file_.is_open() || open_path_ != path) {
        open_file_ = FileDescriptor(::open(below(path).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
        if (!open_file_.is_open()) {
            return os_failure("read", below(path), errno);
        }
        open_path_ = path;
    }
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t count = ::pread(
            open_file_.get(),
            out.data() + done,
            out.size() - done,
            static_cast<off_t>(offset + done)
        );
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return os_failure("read", below(path), errno);
        }
        if (count == 0) {
            break;
        }
        done += static_cast<std::size_t>(count);
    }
    return done;
}

} // namespace ducksnest::io
