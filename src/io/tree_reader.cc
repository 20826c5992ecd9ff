#include "io/tree_reader.h"

#include "io/file_bytes.h"
#include "io/file_descriptor.h"
#include "io/folder_swap.h"
#include "io/os_error.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <memory>

namespace ducksnest::io {

namespace {

constexpr int attempts_max = 100;
constexpr std::size_t key_file_max = std::size_t{64} << 10;

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

class TreeReader {
public:
    explicit TreeReader(std::string shown)
        : shown_(std::move(shown)) {}

    Result<void> walk(FileDescriptor folder, const std::string& prefix) {
        const int number = folder.get();
        const std::unique_ptr<DIR, CloseFolder> entries(::fdopendir(number));
        if (entries == nullptr) {
            return os_failure("read", shown_ + "/" + prefix, errno);
        }
        folder.release();
        for (;;) {
            errno = 0;
            const dirent* entry = ::readdir(entries.get());
            if (entry == nullptr) {
                return errno == 0 ? Result<void>()
                                  : os_failure("read", shown_ + "/" + prefix, errno);
            }
            const std::string name(&entry->d_name[0]);
            if (name != "." && name != "..") {
                TRY(take(number, name, prefix.empty() ? name : prefix + "/" + name));
            }
        }
    }

    Tree& tree() { return tree_; }

private:
    Result<void> take(int folder, const std::string& name, const std::string& path) {
        FileDescriptor file(
            ::openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        );
        if (!file.is_open()) {
            if (errno == ELOOP) {
                return fail(
                    ErrorCode::conflict,
                    "`" + shown_ + "/" + path + "` is a symbolic link",
                    "replace it by the file it points to"
                );
            }
            return os_failure("read", shown_ + "/" + path, errno);
        }
        struct stat found{};
        if (::fstat(file.get(), &found) != 0) {
            return os_failure("read", shown_ + "/" + path, errno);
        }
        if (S_ISDIR(found.st_mode)) {
            return walk(std::move(file), path);
        }
        if (!S_ISREG(found.st_mode)) {
            return fail(ErrorCode::conflict, "`" + shown_ + "/" + path + "` is no regular file");
        }
        tree_[path] = TreeFile{
            .bytes = TRY(read_all(file.get(), shown_ + "/" + path)),
            .is_private = (found.st_mode & 077) == 0,
        };
        return {};
    }

    std::string shown_;
    Tree tree_{};
};

/// Whether the name still means the folder that was opened.
bool is_still(const std::string& path, const struct stat& opened) {
    struct stat named{};
    return ::stat(path.c_str(), &named) == 0 && named.st_ino == opened.st_ino &&
           named.st_dev == opened.st_dev;
}

} // namespace

Result<Tree> read_tree(const std::string& folder) {
    for (int attempt = 1;; ++attempt) {
        const std::string place = readable_folder(folder);
        FileDescriptor opened(::open(place.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!opened.is_open()) {
            if (errno == ENOENT && place == readable_folder(folder)) {
                return Tree();
            }
            if (errno == ENOENT && attempt < attempts_max) {
                continue;
            }
            if (errno == ENOTDIR) {
                return fail(
                    ErrorCode::conflict,
                    "`" + folder + "` is no folder",
                    "move it away; ducksnest keeps a folder there"
                );
            }
            return os_failure("read", folder, errno);
        }
        struct stat before{};
        if (::fstat(opened.get(), &before) != 0) {
            return os_failure("read", folder, errno);
        }
        TreeReader reader(folder);
        Result<void> walked = reader.walk(std::move(opened), "");
        if (is_still(place, before) || attempt == attempts_max) {
            TRY(std::move(walked));
            return std::move(reader.tree());
        }
    }
}

Result<Tree> read_key_files(const std::string& folder) {
    namespace fs = std::filesystem;
    Tree found;
    std::error_code failed;
    if (!fs::exists(folder, failed)) {
        return found;
    }
    fs::recursive_directory_iterator at(
        folder, fs::directory_options::skip_permission_denied, failed
    );
    for (const fs::recursive_directory_iterator end; !failed && at != end; at.increment(failed)) {
        std::error_code ignored;
        if (at->is_symlink(ignored)) {
            continue;
        }
        if (at->is_directory(ignored)) {
            if (at->path().filename() == ".git") {
                at.disable_recursion_pending();
            }
            continue;
        }
        if (!at->is_regular_file(ignored) || at->file_size(ignored) > key_file_max) {
            continue;
        }
        FileDescriptor file(::open(at->path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        if (!file.is_open()) {
            continue;
        }
        Bytes bytes = TRY(read_all(file.get(), at->path().string()));
        const std::string_view text = as_text(bytes);
        if (text.find("PRIVATE KEY") != std::string_view::npos ||
            text.find("AGE-SECRET-KEY") != std::string_view::npos) {
            found[at->path().lexically_relative(folder).string()] =
                TreeFile{.bytes = std::move(bytes), .is_private = false};
        }
    }
    if (failed) {
        return os_failure("search", folder, failed.value());
    }
    return found;
}

} // namespace ducksnest::io
