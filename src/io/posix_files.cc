#include "io/posix_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace ducksnest::io {
namespace {

Error error_from(int number, std::string_view what, const std::string& path) {
    const ErrorCode code = number == ENOENT   ? ErrorCode::not_found
                           : number == EACCES ? ErrorCode::denied
                           : number == EPERM  ? ErrorCode::denied
                           : number == ENOSPC ? ErrorCode::unavailable
                                              : ErrorCode::internal;
    return Error{
        .code = code,
        .message = fmt::format("cannot {} `{}`: {}", what, path, std::strerror(number)),
    };
}

class Descriptor {
public:
    explicit Descriptor(int number)
        : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) {
            close(number_);
        }
    }
    int number() const { return number_; }

private:
    int number_;
};

bool write_all(int descriptor, ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return false;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

} // namespace

std::string PosixFiles::full(const std::string& path) const {
    return path.starts_with('/') || root_.empty() ? path : root_ + "/" + path;
}

Result<std::optional<Bytes>> PosixFiles::read(const std::string& path) {
    const Descriptor file(open(full(path).c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return std::optional<Bytes>();
        }
        return std::unexpected(error_from(errno, "read", path));
    }
    Bytes bytes;
    std::array<std::uint8_t, 65536> chunk{};
    while (true) {
        const ssize_t got = ::read(file.number(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return std::unexpected(error_from(errno, "read", path));
        }
        if (got == 0) {
            return std::optional(std::move(bytes));
        }
        append(bytes, ByteView(chunk).first(static_cast<std::size_t>(got)));
    }
}

Result<void> PosixFiles::write(const std::string& path, const TreeFile& file) {
    const std::string target = full(path);
    std::error_code failed;
    std::filesystem::create_directories(std::filesystem::path(target).parent_path(), failed);
    if (failed) {
        return std::unexpected(error_from(failed.value(), "create the folder of", path));
    }
    const std::string temporary = target + ".new";
    const mode_t mode = file.is_private ? 0600 : 0644;
    {
        const Descriptor out(open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        );
        if (out.number() < 0 || !write_all(out.number(), file.bytes) || fsync(out.number()) != 0) {
            const int number = errno;
            unlink(temporary.c_str());
            return std::unexpected(error_from(number, "write", path));
        }
    }
    if (rename(temporary.c_str(), target.c_str()) != 0) {
        return std::unexpected(error_from(errno, "write", path));
    }
    return {};
}

Result<void> PosixFiles::remove(const std::string& path) {
    if (unlink(full(path).c_str()) != 0 && errno != ENOENT) {
        return std::unexpected(error_from(errno, "remove", path));
    }
    return {};
}

Result<Tree> PosixFiles::read_tree(const std::string& folder) {
    namespace fs = std::filesystem;
    Tree tree;
    std::error_code failed;
    for (auto it = fs::recursive_directory_iterator(full(folder), failed);
         !failed && it != fs::recursive_directory_iterator();
         it.increment(failed)) {
        if (!it->is_regular_file(failed)) {
            continue;
        }
        const std::string path = it->path().string();
        auto bytes = TRY(read(std::filesystem::absolute(path).string()));
        const bool is_private =
            (it->status().permissions() & (fs::perms::group_read | fs::perms::others_read)) ==
            fs::perms::none;
        tree[it->path().lexically_relative(full(folder)).generic_string()] = {
            .bytes = std::move(bytes).value_or(Bytes()), .is_private = is_private
        };
    }
    if (failed && failed != std::errc::no_such_file_or_directory) {
        return std::unexpected(error_from(failed.value(), "read the folder", folder));
    }
    return tree;
}

Result<void> PosixFiles::replace_tree(const std::string& folder, const Tree& tree) {
    const Tree before = TRY(read_tree(folder));
    for (const auto& [path, file] : tree) {
        const auto old = before.find(path);
        if (old == before.end() || old->second != file) {
            TRY(write(folder + "/" + path, file));
        }
    }
    for (const auto& [path, file] : before) {
        if (!tree.contains(path)) {
            TRY(remove(folder + "/" + path));
        }
    }
    return {};
}

} // namespace ducksnest::io
