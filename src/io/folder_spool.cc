#include "io/folder_spool.h"

#include "base/assert.h"
#include "io/file_descriptor.h"
#include "io/os_error.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>
#include <vector>

namespace ducksnest::io {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_size = std::size_t{256} << 10U;
constexpr std::string_view suffix = ".spool";
constexpr std::string_view unfinished = ".part";

class NewFile final : public SpoolFile {
public:
    NewFile(FileDescriptor file, std::string path)
        : file_(std::move(file))
        , path_(std::move(path)) {}
    ~NewFile() override {
        if (!is_kept_) {
            ::unlink((path_ + std::string(unfinished)).c_str());
        }
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    Result<void> write(ByteView piece) override {
        while (!piece.empty()) {
            const ssize_t written = ::write(file_.get(), piece.data(), piece.size());
            if (written < 0 && errno != EINTR) {
                return os_failure("write", path_, errno);
            }
            piece = piece.subspan(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
        }
        return {};
    }

    Result<void> keep() override {
        file_.close();
        if (::rename((path_ + std::string(unfinished)).c_str(), path_.c_str()) != 0) {
            return os_failure("rename", path_, errno);
        }
        is_kept_ = true;
        return {};
    }

private:
    FileDescriptor file_;
    std::string path_;
    bool is_kept_ = false;
};

} // namespace

Result<std::unique_ptr<FolderSpool>> FolderSpool::open(const std::string& folder) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed) {
        return os_failure("create", folder, failed.value());
    }
    fs::permissions(folder, fs::perms::owner_all, failed);
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed)) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(suffix) ||
            name.ends_with(std::string(suffix) + std::string(unfinished))) {
            fs::remove(entry.path(), failed);
        }
    }
    return std::unique_ptr<FolderSpool>(new FolderSpool(folder));
}

std::string FolderSpool::path_of(const std::string& name) const {
    ASSERT(!name.empty() && name.find('/') == std::string::npos && !name.starts_with('.'));
    return folder_ + "/" + name + std::string(suffix);
}

Result<std::unique_ptr<SpoolFile>> FolderSpool::create(const std::string& name) {
    const std::string path = path_of(name);
    FileDescriptor file(::open(
        (path + std::string(unfinished)).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600
    ));
    if (!file.is_open()) {
        return os_failure("create", path, errno);
    }
    return std::make_unique<NewFile>(std::move(file), path);
}

Result<void> FolderSpool::read(
    const std::string& name,
    std::uint64_t offset,
    const std::function<bool(ByteView piece)>& receiver
) {
    const std::string path = path_of(name);
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) {
        return os_failure("read", path, errno);
    }
    Bytes buffer(piece_size);
    while (true) {
        const ssize_t got =
            ::pread(file.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return os_failure("read", path, errno);
        }
        offset += static_cast<std::uint64_t>(got);
        if (got == 0 || !receiver(ByteView(buffer).first(static_cast<std::size_t>(got)))) {
            return {};
        }
    }
}

Result<void> FolderSpool::remove(const std::string& name) {
    const std::string path = path_of(name);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
        return os_failure("remove", path, errno);
    }
    return {};
}

} // namespace ducksnest::io
