#pragma once

#include "ports/files.h"

#include <string>

namespace ducksnest::io {

/// The real file system, relative paths below `root`.
class PosixFiles final : public Files {
public:
    explicit PosixFiles(std::string root)
        : root_(std::move(root)) {}

    Result<std::optional<Bytes>> read(const std::string& path) override;
    Result<void> write(const std::string& path, const TreeFile& file) override;
    Result<void> remove(const std::string& path) override;
    Result<Tree> read_tree(const std::string& folder) override;
    Result<void> replace_tree(const std::string& folder, const Tree& tree) override;

private:
    std::string full(const std::string& path) const;

    std::string root_;
};

} // namespace ducksnest::io
