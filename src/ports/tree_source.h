#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ducksnest {

enum class NodeKind : std::uint8_t { regular, folder, symlink };

/// One thing of a file tree, as far as a NAR tells things apart.
struct TreeNode {
    std::string name{}; ///< Any bytes but `/` and NUL; empty for the root.
    NodeKind kind = NodeKind::regular;
    bool is_executable = false; ///< Of a regular file.
    std::uint64_t size = 0;     ///< Of a regular file, in bytes.
    std::string target{};       ///< Of a symbolic link, as it stands there.

    bool operator==(const TreeNode&) const = default;
};

/// A file tree to read. Paths are relative to its root ("bin/duck"; "" is the root itself), and
/// symbolic links are never followed. For one thread at a time.
///
/// Errors: `not_found`, `denied`, `unsupported` (a device, socket or pipe), `unavailable`.
class TreeSource {
public:
    virtual ~TreeSource() = default;
    virtual Result<TreeNode> root() = 0;
    /// What a folder holds, in any order.
    virtual Result<std::vector<TreeNode>> list(const std::string& path) = 0;
    /// Fills `out` with a file's bytes from `offset` on, and says how many there were: fewer than
    /// asked for only at the end of the file. Cheapest front to back, file after file.
    virtual Result<std::size_t>
    read(const std::string& path, std::uint64_t offset, std::span<std::uint8_t> out) = 0;
};

} // namespace ducksnest
