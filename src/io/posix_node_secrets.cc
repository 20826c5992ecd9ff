#include "io/posix_node_secrets.h"

#include "io/folder_lock.h"
#include "io/folder_swap.h"
#include "io/os_error.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <map>
#include <optional>

namespace ducksnest::io {
namespace {

constexpr mode_t private_mode = 0400;
constexpr mode_t public_mode = 0444;

std::optional<Owner> find_user(const std::string& name) {
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 4096> buffer{};
    if (::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 ||
        found == nullptr) {
        return std::nullopt;
    }
    return Owner{.user = entry.pw_uid, .group = entry.pw_gid};
}

/// Looks each user up once. Only root may give files away.
class Owners {
public:
    std::optional<Owner> of(const std::string& user) {
        if (user.empty()) {
            return std::nullopt;
        }
        const auto known = known_.find(user);
        if (known != known_.end()) {
            return known->second;
        }
        const std::optional<Owner> found = find_user(user);
        const bool may_give = ::geteuid() == 0 || (found && found->user == ::geteuid());
        const std::optional<Owner> usable = may_give ? found : std::nullopt;
        if (!usable) {
            left_out_.push_back(user);
        }
        return known_.emplace(user, usable).first->second;
    }

    std::vector<std::string> take_left_out() { return std::move(left_out_); }

private:
    std::map<std::string, std::optional<Owner>> known_{};
    std::vector<std::string> left_out_{};
};

/// The folder is replaced as a whole, so it must be one of ours: everything `replace` writes has
/// one of two modes, which hardly anything else has.
Result<void> refuse_foreign(const std::string& folder) {
    namespace fs = std::filesystem;
    std::error_code failed;
    if (!fs::exists(folder, failed)) {
        return {};
    }
    fs::recursive_directory_iterator at(folder, failed);
    for (const fs::recursive_directory_iterator end; !failed && at != end; at.increment(failed)) {
        struct stat found{};
        const std::string path = at->path().string();
        if (::lstat(path.c_str(), &found) != 0) {
            return os_failure("look at", path, errno);
        }
        const mode_t mode = found.st_mode & 07777;
        const bool is_ours =
            S_ISREG(found.st_mode) && (mode == private_mode || mode == public_mode);
        if (!is_ours && !S_ISDIR(found.st_mode)) {
            return fail(
                ErrorCode::denied,
                "`" + path + "` is not one of the files that were opened here before",
                "the folder is replaced as a whole: name one that holds nothing else"
            );
        }
    }
    return failed ? Result<void>(os_failure("look at", folder, failed.value())) : Result<void>();
}

} // namespace

Result<bool> PosixNodeSecrets::is_in_memory(const std::string& folder) {
    return io::is_in_memory(folder);
}

Result<std::vector<std::string>>
PosixNodeSecrets::replace(const std::string& folder, const std::vector<NodeSecret>& files) {
    std::error_code failed;
    const std::filesystem::path parent = std::filesystem::path(folder).parent_path();
    std::filesystem::create_directories(parent, failed);
    if (failed) {
        return os_failure("create", parent.string(), failed.value());
    }
    const FolderLock held = TRY(FolderLock::acquire(folder));
    TRY(recover_folder(folder));
    TRY(refuse_foreign(folder));
    Owners owners;
    std::vector<StagedFile> staged;
    for (const NodeSecret& file : files) {
        staged.push_back(
            {.path = file.path,
             .bytes = file.content,
             .mode = file.is_private ? private_mode : public_mode,
             .owner = owners.of(file.user)}
        );
    }
    // Searchable by every unit's user; each file says itself who may read it. What lies in memory
    // needs no flushing, and what --allow-disk wrote is made again from the age files.
    TRY(replace_folder(folder, staged, {.folder_mode = 0755, .durable = false}));
    return owners.take_left_out();
}

} // namespace ducksnest::io
