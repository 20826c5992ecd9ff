#include "io/posix_nix_store.h"

#include "io/file_descriptor.h"
#include "io/nix_database.h"
#include "io/os_error.h"
#include "io/posix_tree_source.h"
#include "io/posix_tree_target.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdlib>
#include <filesystem>

namespace ducksnest::io {
namespace {

constexpr std::string_view logical_folder = "/nix/store";
/// Paths in the making: Nix takes nothing that begins with a dot for a store path.
constexpr std::string_view workshop_name = ".ducksnest";

/// Removes a tree whose folders may have lost their write permission.
void remove_tree(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    if (!fs::is_symlink(path, ignored) && fs::is_directory(path, ignored)) {
        fs::permissions(path, fs::perms::owner_all, ignored);
        for (fs::recursive_directory_iterator entry(path, ignored), end; entry != end;
             entry.increment(ignored)) {
            if (!entry->is_symlink(ignored) && entry->is_directory(ignored)) {
                fs::permissions(entry->path(), fs::perms::owner_all, ignored);
            }
        }
    }
    fs::remove_all(path, ignored);
}

Result<FileDescriptor> lock_file(const std::string& path, int operation) {
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file.is_open()) {
        return os_failure("open", path, errno);
    }
    while (::flock(file.get(), operation) != 0) {
        if (errno == EWOULDBLOCK) {
            return fail(
                ErrorCode::conflict,
                "another process holds `" + path + "`",
                "wait for it to end, then run this again"
            );
        }
        if (errno != EINTR) {
            return os_failure("lock", path, errno);
        }
    }
    return file;
}

/// What the store has open while paths are added to it.
struct Workshop {
    FileDescriptor own_lock{};     ///< One process at a time.
    FileDescriptor garbage_lock{}; ///< Shared: Nix's garbage collector waits.
    FileDescriptor folder{};
};

class WorkshopPath final : public NewStorePath {
public:
    WorkshopPath(const FileDescriptor& workshop, std::string name, const std::string& store)
        : name_(std::move(name))
        , made_(store + "/" + std::string(workshop_name) + "/" + name_)
        , final_(store + "/" + name_)
        , tree_(workshop, name_, final_) {}
    WorkshopPath(const WorkshopPath&) = delete;
    WorkshopPath& operator=(const WorkshopPath&) = delete;
    ~WorkshopPath() override {
        if (!is_finished_) {
            remove_tree(made_);
        }
    }

    TreeTarget& tree() override { return tree_; }

    Result<void> finish() override {
        struct stat status{};
        const bool is_folder = ::lstat(made_.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
        // Only who may write a folder may move it to another parent (rename(2)).
        if (is_folder && ::chmod(made_.c_str(), 0755) != 0) {
            return os_failure("move", made_, errno);
        }
        if (::lstat(final_.c_str(), &status) == 0) {
            remove_tree(final_); // Left by a run that ended before it was registered.
        }
        if (::rename(made_.c_str(), final_.c_str()) != 0) {
            return os_failure("make", final_, errno);
        }
        is_finished_ = true;
        if (is_folder && ::chmod(final_.c_str(), 0555) != 0) {
            return os_failure("finish", final_, errno);
        }
        return {};
    }

private:
    std::string name_;
    std::string made_;
    std::string final_;
    PosixTreeTarget tree_;
    bool is_finished_ = false;
};

class PosixNixStore final : public NixStore {
public:
    PosixNixStore(std::string root, NixDatabase database, Workshop workshop)
        : root_(std::move(root))
        , database_(std::move(database))
        , workshop_(std::move(workshop)) {}
    PosixNixStore(const PosixNixStore&) = delete;
    PosixNixStore& operator=(const PosixNixStore&) = delete;
    ~PosixNixStore() override {
        if (workshop_.folder.is_open()) {
            // Empty unless a thread is still at work, which nobody may be by now.
            ::rmdir((root_ + std::string(logical_folder) + "/" + std::string(workshop_name)).c_str()
            );
        }
    }

    Result<std::string> resolve(const std::string& path) override;
    Result<std::optional<PathRecord>> find(const std::string& path) override {
        return database_.find(path);
    }
    Result<std::vector<std::string>> paths() override { return database_.paths(); }
    std::unique_ptr<TreeSource> tree(const std::string& path) override {
        return std::make_unique<PosixTreeSource>(root_ + path);
    }
    bool has_files(const std::string& path) override {
        struct stat status{};
        return ::lstat((root_ + path).c_str(), &status) == 0;
    }
    Result<std::unique_ptr<NewStorePath>> create(const std::string& path) override {
        return std::make_unique<WorkshopPath>(
            workshop_.folder,
            path.substr(logical_folder.size() + 1),
            root_ + std::string(logical_folder)
        );
    }
    Result<void> register_paths(std::span<const PathRecord> records) override {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        return database_.insert(
            records, std::chrono::duration_cast<std::chrono::seconds>(now).count()
        );
    }

private:
    std::string root_; ///< Empty for "/".
    NixDatabase database_;
    Workshop workshop_;
};

Result<std::string> PosixNixStore::resolve(const std::string& path) {
    namespace fs = std::filesystem;
    std::string at = path;
    // One link after another: a store path may itself be a link, and is meant as such.
    for (int links = 0; links < 40; ++links) {
        std::error_code failed;
        const fs::path absolute = fs::absolute(at, failed).lexically_normal();
        at = absolute.string();
        if (!root_.empty() && at.starts_with(root_ + "/")) {
            at.erase(0, root_.size());
        }
        if (at.starts_with(std::string(logical_folder) + "/")) {
            const std::size_t end = at.find('/', logical_folder.size() + 1);
            return at.substr(0, end);
        }
        const fs::path target = fs::read_symlink(absolute, failed);
        if (failed) {
            break;
        }
        at = (absolute.parent_path() / target).string();
    }
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) {
        return os_failure("find", path, errno);
    }
    return fail(
        ErrorCode::invalid,
        "`" + path + "` does not lead into /nix/store",
        "name a store path, or a link to one such as `./result`"
    );
}

Result<Workshop> open_workshop(const std::string& root) {
    namespace fs = std::filesystem;
    const std::string state = root + "/nix/var/nix";
    const std::string workshop =
        root + std::string(logical_folder) + "/" + std::string(workshop_name);
    std::error_code failed;
    fs::create_directories(state + "/db", failed);
    fs::create_directories(root + std::string(logical_folder), failed);
    if (failed) {
        return os_failure("make", root + std::string(logical_folder), failed.value());
    }
    Workshop opened;
    opened.own_lock = TRY(lock_file(state + "/ducksnest.lock", LOCK_EX | LOCK_NB));
    opened.garbage_lock = TRY(lock_file(state + "/gc.lock", LOCK_SH));
    remove_tree(workshop);
    fs::create_directory(workshop, failed);
    opened.folder =
        FileDescriptor(::open(workshop.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!opened.folder.is_open()) {
        return os_failure("open", workshop, errno);
    }
    return opened;
}

} // namespace

Result<std::unique_ptr<NixStore>> open_nix_store(const std::string& root, StoreAccess access) {
    std::error_code failed;
    std::string folder = std::filesystem::absolute(root, failed).lexically_normal().string();
    while (folder.ends_with('/')) {
        folder.pop_back();
    }
    Workshop workshop;
    if (access == StoreAccess::write) {
        workshop = TRY(open_workshop(folder));
    }
    NixDatabase database = TRY(NixDatabase::open(folder + "/nix/var/nix/db", access));
    return std::make_unique<PosixNixStore>(
        std::move(folder), std::move(database), std::move(workshop)
    );
}

} // namespace ducksnest::io
