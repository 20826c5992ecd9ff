#pragma once

#include "io/file_descriptor.h"
#include "ports/tree_source.h"

#include <string>

namespace ducksnest::io {

/// A tree of this machine: a folder, a file or a symbolic link. Keeps the file it read last open.
class PosixTreeSource final : public TreeSource {
public:
    explicit PosixTreeSource(std::string path)
        : path_(std::move(path)) {}

    Result<TreeNode> root() override;
    Result<std::vector<TreeNode>> list(const std::string& path) override;
    Result<std::size_t>
    read(const std::string& path, std::uint64_t offset, std::span<std::uint8_t> out) override;

private:
    std::string below(const std::string& path) const;

    std::string path_;
    std::string open_path_{};
    FileDescriptor open_file_{};
};

} // namespace ducksnest::io
