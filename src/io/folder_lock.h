#pragma once

#include "base/result.h"
#include "io/file_descriptor.h"

#include <string>

namespace ducksnest::io {

/// The one right to change a folder, held through flock(2) on a hidden file beside it
/// (`.secrets.lock` for `secrets`). The kernel lets go when the process ends, however it ends.
class FolderLock {
public:
    /// Takes it or fails at once with `conflict`, naming the process that has it.
    static Result<FolderLock> acquire(const std::string& folder);

    FolderLock(FolderLock&&) noexcept = default;
    FolderLock& operator=(FolderLock&& other) noexcept;
    ~FolderLock();

private:
    FolderLock(FileDescriptor file, std::string path)
        : file_(std::move(file))
        , path_(std::move(path)) {}
    void release();

    FileDescriptor file_{};
    std::string path_{};
};

} // namespace ducksnest::io
