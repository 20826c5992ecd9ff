#include "io/folder_store.h"

#include "io/file_bytes.h"
#include "io/file_descriptor.h"
#include "io/os_error.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace ducksnest::io {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_size = 256UL * 1024;
constexpr std::string_view incoming = ".incoming";

/// Inode and time of change: both are new with every write, as each one makes a new file.
ObjectInfo info_of(const struct stat& found) {
    constexpr std::int64_t nanoseconds_per_millisecond = 1'000'000;
    return {
        .size = static_cast<std::uint64_t>(found.st_size),
        .etag = fmt::format(
            "{:x}-{:x}-{:x}", found.st_ino, found.st_mtim.tv_sec, found.st_mtim.tv_nsec
        ),
        .modified = Instant(
            std::chrono::seconds(found.st_mtim.tv_sec) +
            Duration(found.st_mtim.tv_nsec / nanoseconds_per_millisecond)
        ),
    };
}

bool is_absence(int number) {
    return number == ENOENT || number == ENOTDIR || number == ELOOP || number == ENAMETOOLONG;
}

std::unexpected<Error> absent(const std::string& key) {
    return fail(ErrorCode::not_found, "there is no object `" + key + "`");
}

/// A file in `.incoming` that nobody holds is of a process that was killed.
void remove_orphans(const fs::path& folder) {
    std::error_code failed;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed)) {
        const std::string path = entry.path().string();
        if (entry.path().filename() == "lock") {
            continue;
        }
        const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
        if (file.is_open() && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
            ::unlink(path.c_str());
        }
    }
}

Result<void> make_folders(const fs::path& folder) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed) {
        return os_failure("create", folder.string(), failed.value());
    }
    return {};
}

Result<void> flush_folder(const fs::path& folder) {
    const FileDescriptor opened(
        ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    );
    if (!opened.is_open() || ::fsync(opened.get()) != 0) {
        return os_failure("flush", folder.string(), errno);
    }
    return {};
}

/// Copies a source into a file and checks what the caller knows about it.
Result<void>
fill(int file, const ObjectSource& source, const PutOptions& options, const std::string& path) {
    Sha256Hasher hasher;
    Bytes buffer(piece_size);
    std::uint64_t done = 0;
    while (true) {
        if (options.stop.stop_requested()) {
            return fail(ErrorCode::interrupted, "stopped while storing");
        }
        const std::size_t got = TRY(source.read(done, buffer));
        if (got == 0) {
            break;
        }
        const ByteView piece = ByteView(buffer).subspan(0, got);
        if (options.sha256) {
            hasher.update(piece);
        }
        TRY(write_all(file, piece, path));
        done += got;
        if (source.size && done > *source.size) {
            break;
        }
    }
    if (source.size && done != *source.size) {
        return fail(
            ErrorCode::invalid,
            done > *source.size
                ? fmt::format("the source is longer than {} bytes", *source.size)
                : fmt::format("the source ends after {} of {} bytes", done, *source.size)
        );
    }
    if (options.sha256 && hasher.finish() != *options.sha256) {
        return fail(ErrorCode::corrupt, "the bytes do not have the SHA-256 they should");
    }
    return {};
}

/// Refuses symbolic links among the folders of a key: they could lead anywhere.
Result<void> check_no_links(const fs::path& root, const std::string& key) {
    for (std::size_t slash = key.find('/'); slash != std::string::npos;
         slash = key.find('/', slash + 1)) {
        const fs::path folder = root / key.substr(0, slash);
        struct stat found{};
        if (::lstat(folder.c_str(), &found) == 0 && S_ISLNK(found.st_mode)) {
            return fail(
                ErrorCode::denied,
                "`" + folder.string() + "` is a symbolic link",
                "replace the link by the folder it points to"
            );
        }
    }
    return {};
}

Result<std::optional<struct stat>> status_of(const std::string& place) {
    struct stat found{};
    if (::lstat(place.c_str(), &found) == 0) {
        return S_ISREG(found.st_mode) ? std::optional(found) : std::nullopt;
    }
    if (is_absence(errno)) {
        return std::optional<struct stat>();
    }
    return os_failure("read", place, errno);
}

} // namespace

Result<std::string> FolderStore::place_of(const std::string& key) const {
    TRY(check_object_key(key));
    TRY(check_no_links(folder_, key));
    return (fs::path(folder_) / key).string();
}

Result<void> FolderStore::prepare() {
    const std::lock_guard lock(mutex_);
    if (!is_prepared_) {
        const fs::path folder = fs::path(folder_) / incoming;
        TRY(make_folders(folder));
        remove_orphans(folder);
        is_prepared_ = true;
    }
    return {};
}

Result<ObjectInfo>
FolderStore::get(const std::string& key, const GetOptions& options, const ByteReceiver& receiver) {
    const std::string place = TRY(place_of(key));
    const FileDescriptor file(::open(place.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    );
    struct stat found{};
    if (!file.is_open()) {
        return is_absence(errno) ? Result<ObjectInfo>(absent(key))
                                 : os_failure("read", place, errno);
    }
    if (::fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode)) {
        return absent(key);
    }
    ObjectInfo info = info_of(found);
    if (!options.if_match.empty() && info.etag != options.if_match) {
        return fail(ErrorCode::aborted, "`" + key + "` has changed");
    }
    if (options.range.offset > 0 && options.range.offset >= info.size) {
        return fail(
            ErrorCode::invalid, fmt::format("`{}` has no byte {}", key, options.range.offset)
        );
    }
    std::uint64_t at = options.range.offset;
    const std::uint64_t end =
        at + std::min(options.range.length.value_or(info.size), info.size - at);
    Bytes buffer(std::min<std::uint64_t>(piece_size, end - at));
    while (at < end) {
        if (options.stop.stop_requested()) {
            return fail(ErrorCode::interrupted, "stopped while reading `" + key + "`");
        }
        const std::size_t count = std::min<std::uint64_t>(buffer.size(), end - at);
        const ssize_t got = ::pread(file.get(), buffer.data(), count, static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return os_failure("read", place, errno);
        }
        if (got == 0) {
            return fail(ErrorCode::corrupt, "`" + place + "` has become shorter");
        }
        at += static_cast<std::uint64_t>(got);
        if (!receiver(ByteView(buffer).subspan(0, static_cast<std::size_t>(got)))) {
            break;
        }
    }
    return info;
}

Result<ObjectInfo>
FolderStore::put(const std::string& key, const ObjectSource& source, const PutOptions& options) {
    const std::string place = TRY(place_of(key));
    TRY(prepare());
    const std::string temporary =
        fmt::format("{}/{}/{}-{}", folder_, incoming, ::getpid(), writes_++);
    const FileDescriptor file(
        ::open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644)
    );
    if (!file.is_open() || ::flock(file.get(), LOCK_EX) != 0) {
        return os_failure("create", temporary, errno);
    }
    Result<ObjectInfo> stored = [&]() -> Result<ObjectInfo> {
        TRY(fill(file.get(), source, options, temporary).with("storing `" + key + "`"));
        if (::fsync(file.get()) != 0) {
            return os_failure("write", temporary, errno);
        }
        TRY(make_folders(fs::path(place).parent_path()));
        return publish(temporary, key, options);
    }();
    // After a rename there is nothing left to remove.
    ::unlink(temporary.c_str());
    return stored;
}

Result<ObjectInfo> FolderStore::publish(
    const std::string& temporary, const std::string& key, const PutOptions& options
) {
    const fs::path place = fs::path(folder_) / key;
    if (options.if_absent) {
        if (::link(temporary.c_str(), place.c_str()) != 0) {
            if (errno == EEXIST) {
                return fail(ErrorCode::conflict, "there is an object `" + key + "` already");
            }
            return os_failure("store", place.string(), errno);
        }
    } else {
        FileDescriptor lock;
        if (!options.if_match.empty()) {
            // Comparing and replacing is one step for all who compare.
            const fs::path path = fs::path(folder_) / incoming / "lock";
            lock = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
            if (!lock.is_open() || ::flock(lock.get(), LOCK_EX) != 0) {
                return os_failure("lock", path.string(), errno);
            }
            const std::optional<struct stat> now = TRY(status_of(place.string()));
            if (!now || info_of(*now).etag != options.if_match) {
                return fail(ErrorCode::conflict, "`" + key + "` has changed");
            }
        }
        if (::rename(temporary.c_str(), place.c_str()) != 0) {
            return os_failure("store", place.string(), errno);
        }
    }
    TRY(flush_folder(place.parent_path()));
    const std::optional<struct stat> now = TRY(status_of(place.string()));
    return now ? info_of(*now) : ObjectInfo();
}

Result<std::optional<ObjectInfo>> FolderStore::head(const std::string& key) {
    const std::optional<struct stat> found = TRY(status_of(TRY(place_of(key))));
    return found ? std::optional(info_of(*found)) : std::nullopt;
}

Result<void> FolderStore::list(const ListQuery& query, const EntryReceiver& receiver) {
    TRY(list_folder("", query, receiver));
    return {};
}

/// `folder` is "" or ends with a slash. A folder sorts as its name with that slash, which is where
/// its keys stand among the others.
Result<bool> FolderStore::list_folder(
    const std::string& folder, const ListQuery& query, const EntryReceiver& receiver
) {
    std::vector<std::string> names;
    std::error_code failed;
    const fs::path path = fs::path(folder_) / folder;
    for (fs::directory_iterator it(path, failed), end; !failed && it != end; it.increment(failed)) {
        const std::string name = it->path().filename().string();
        const fs::file_status status = it->symlink_status(failed);
        if (!name.starts_with('.') && (fs::is_regular_file(status) || fs::is_directory(status))) {
            names.push_back(folder + name + (fs::is_directory(status) ? "/" : ""));
        }
        failed.clear();
    }
    if (failed && !is_absence(failed.value())) {
        return os_failure("list", path.string(), failed.value());
    }
    std::ranges::sort(names);
    for (const std::string& name : names) {
        if (query.stop.stop_requested()) {
            return fail(ErrorCode::interrupted, "stopped while listing");
        }
        const bool is_folder = name.ends_with('/');
        const bool may_match = name.starts_with(query.prefix) ||
                               (is_folder && std::string_view(query.prefix).starts_with(name));
        const bool is_before =
            name <= query.start_after &&
            !(is_folder && std::string_view(query.start_after).starts_with(name));
        if (!may_match || is_before) {
            continue;
        }
        if (is_folder) {
            if (!TRY(list_folder(name, query, receiver))) {
                return false;
            }
            continue;
        }
        // One that is gone by now is not in the list.
        const auto found = TRY(status_of((fs::path(folder_) / name).string()));
        if (found && !receiver({.key = name, .info = info_of(*found)})) {
            return false;
        }
    }
    return true;
}

Result<void> FolderStore::remove(const std::string& key) {
    const std::string place = TRY(place_of(key));
    if (!TRY(status_of(place))) {
        return {};
    }
    if (::unlink(place.c_str()) != 0) {
        return is_absence(errno) ? Result<void>() : os_failure("remove", place, errno);
    }
    return flush_folder(fs::path(place).parent_path());
}

} // namespace ducksnest::io
