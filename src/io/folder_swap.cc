#include "io/folder_swap.h"

#include "io/file_bytes.h"
#include "io/os_error.h"
#include "ports/tree_path.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <set>

namespace ducksnest::io {

namespace {

namespace fs = std::filesystem;

/// Above this many new files one syncfs(2) is cheaper than a journal commit for each.
constexpr std::size_t single_syncs_max = 64;

bool exists(const std::string& path) {
    struct stat found{};
    return ::lstat(path.c_str(), &found) == 0;
}

bool is_same(const std::string& path, const StagedFile& wanted) {
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat found{};
    if (!file.is_open() || ::fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode) ||
        (found.st_mode & 07777) != wanted.mode ||
        static_cast<std::size_t>(found.st_size) != wanted.bytes.size()) {
        return false;
    }
    if (wanted.owner.has_value() &&
        (found.st_uid != wanted.owner->user || found.st_gid != wanted.owner->group)) {
        return false;
    }
    const Result<Bytes> bytes = read_all(file.get(), path);
    return bytes.has_value() && std::equal(bytes->begin(), bytes->end(), wanted.bytes.begin());
}

std::size_t count_entries(const std::string& folder) {
    std::size_t count = 0;
    std::error_code failed;
    for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
         at.increment(failed)) {
        count += at->is_directory(failed) && !at->is_symlink(failed) ? 0U : 1U;
    }
    return count;
}

Result<void> sync_folder(const std::string& folder) {
    FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file.is_open() || ::fsync(file.get()) != 0) {
        return os_failure("flush", folder, errno);
    }
    return {};
}

/// One staging of a set of files.
class Staging {
public:
    Staging(const std::string& folder, const SwapOptions& options)
        : folder_(folder)
        , place_(hidden_sibling(folder, "new"))
        , options_(options) {}

    const std::string& place() const { return place_; }

    Result<void> fill(const std::vector<StagedFile>& files, const std::vector<bool>& unchanged) {
        TRY(make_folder(place_));
        for (std::size_t index = 0; index < files.size(); ++index) {
            TRY(make_parents(files[index].path));
            if (!unchanged[index] || !link_unchanged(files[index].path)) {
                TRY(write(files[index]));
            }
        }
        return options_.durable ? flush() : Result<void>();
    }

private:
    Result<void> make_folder(const std::string& path) {
        if (::mkdir(path.c_str(), 0700) != 0 || ::chmod(path.c_str(), options_.folder_mode) != 0) {
            return os_failure("create", path, errno);
        }
        made_.insert(path);
        return {};
    }

    Result<void> make_parents(const std::string& path) {
        for (std::size_t slash = path.find('/'); slash != std::string::npos;
             slash = path.find('/', slash + 1)) {
            const std::string parent = place_ + "/" + path.substr(0, slash);
            if (!made_.contains(parent)) {
                TRY(make_folder(parent));
            }
        }
        return {};
    }

    /// Fails on file systems without hard links; then the file is simply written.
    bool link_unchanged(const std::string& path) {
        return ::link((folder_ + "/" + path).c_str(), (place_ + "/" + path).c_str()) == 0;
    }

    Result<void> write(const StagedFile& staged) {
        const std::string path = place_ + "/" + staged.path;
        const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
        FileDescriptor file(::open(path.c_str(), flags, 0600));
        if (!file.is_open()) {
            return os_failure("create", path, errno);
        }
        TRY(write_all(file.get(), staged.bytes, path));
        if (staged.owner.has_value() &&
            ::fchown(file.get(), staged.owner->user, staged.owner->group) != 0) {
            return os_failure("give away", path, errno);
        }
        if (::fchmod(file.get(), staged.mode) != 0) {
            return os_failure("set the mode of", path, errno);
        }
        ++written_;
        if (options_.durable && written_ <= single_syncs_max && ::fsync(file.get()) != 0) {
            return os_failure("flush", path, errno);
        }
        return {};
    }

    Result<void> flush() {
        if (written_ <= single_syncs_max) {
            for (const std::string& folder : made_) {
                TRY(sync_folder(folder));
            }
            return {};
        }
        FileDescriptor file(::open(place_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!file.is_open() || ::syncfs(file.get()) != 0) {
            return os_failure("flush", place_, errno);
        }
        return {};
    }

    const std::string& folder_;
    std::string place_;
    const SwapOptions& options_;
    std::set<std::string> made_{};
    std::size_t written_ = 0;
};

Result<void> rename_path(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) {
        return os_failure("rename", from, errno);
    }
    return {};
}

bool lacks_exchange(int number) {
    return number == EINVAL || number == ENOSYS || number == EOPNOTSUPP;
}

/// Lets the staged folder take the name. What was there before is left in a hidden sibling.
Result<void> swap_in(const std::string& staged, const std::string& folder, Exchange exchange) {
    if (!exists(folder)) {
        return rename_path(staged, folder);
    }
    if (exchange == Exchange::kernel) {
        if (::renameat2(AT_FDCWD, staged.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE) == 0) {
            return {};
        }
        if (!lacks_exchange(errno)) {
            return os_failure("replace", folder, errno);
        }
    }
    TRY(rename_path(folder, hidden_sibling(folder, "old")));
    return rename_path(staged, folder);
}

Result<void> refuse_non_folder(const std::string& folder) {
    struct stat found{};
    if (::lstat(folder.c_str(), &found) == 0 && !S_ISDIR(found.st_mode)) {
        return fail(
            ErrorCode::conflict,
            "`" + folder + "` is " + (S_ISLNK(found.st_mode) ? "a symbolic link" : "no folder"),
            "move it away; ducksnest replaces the whole folder"
        );
    }
    return {};
}

Result<void> remove_whole(const std::string& path) {
    std::error_code failed;
    fs::remove_all(path, failed);
    if (failed) {
        return os_failure("remove", path, failed.value());
    }
    return {};
}

std::string parent_of(const std::string& path) {
    const std::string parent = fs::path(path).parent_path().string();
    return parent.empty() ? "." : parent;
}

} // namespace

std::string hidden_sibling(const std::string& folder, const std::string& purpose) {
    const fs::path path(folder);
    return (path.parent_path() / ("." + path.filename().string() + "." + purpose)).string();
}

Result<void> replace_folder(
    const std::string& folder, const std::vector<StagedFile>& files, const SwapOptions& options
) {
    TRY(refuse_non_folder(folder));
    std::vector<bool> unchanged(files.size());
    std::size_t same = 0;
    for (std::size_t index = 0; index < files.size(); ++index) {
        TRY(check_tree_path(files[index].path));
        unchanged[index] = is_same(folder + "/" + files[index].path, files[index]);
        same += unchanged[index] ? 1U : 0U;
    }
    if (exists(folder) && same == files.size() && count_entries(folder) == files.size()) {
        return {};
    }
    const std::string parent = parent_of(folder);
    std::error_code failed;
    fs::create_directories(parent, failed);
    if (failed) {
        return os_failure("create", parent, failed.value());
    }
    Staging staging(folder, options);
    TRY(remove_whole(staging.place()));
    if (Result<void> filled = staging.fill(files, unchanged); !filled) {
        // Half a set only takes up room, of which there may be none left.
        static_cast<void>(remove_whole(staging.place()));
        return filled;
    }
    TRY(swap_in(staging.place(), folder, options.exchange));
    if (options.durable) {
        TRY(sync_folder(parent));
    }
    TRY(remove_whole(staging.place()));
    return remove_whole(hidden_sibling(folder, "old"));
}

Result<void> recover_folder(const std::string& folder) {
    const std::string old = hidden_sibling(folder, "old");
    if (!exists(folder) && exists(old)) {
        TRY(rename_path(old, folder));
    }
    TRY(remove_whole(hidden_sibling(folder, "new")));
    return remove_whole(old);
}

std::string readable_folder(const std::string& folder) {
    const std::string old = hidden_sibling(folder, "old");
    return !exists(folder) && exists(old) ? old : folder;
}

Result<bool> is_in_memory(const std::string& path) {
    std::string place = path;
    while (!exists(place) && place != "/" && place != ".") {
        place = parent_of(place);
    }
    struct statfs found{};
    if (::statfs(place.c_str(), &found) != 0) {
        return os_failure("look at", place, errno);
    }
    const auto kind = static_cast<unsigned long>(found.f_type);
    return kind == TMPFS_MAGIC || kind == RAMFS_MAGIC;
}

} // namespace ducksnest::io
