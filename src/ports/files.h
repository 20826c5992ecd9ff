#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace ducksnest {

/// One file of a tree: its bytes and whether only the owner may read it.
struct TreeFile {
    Bytes bytes{};
    bool is_private = false; ///< Mode 0600 instead of 0644.

    bool operator==(const TreeFile&) const = default;
};

/// Relative path ("nodes/firebat/kubelet.crt", `/` as separator, never absolute, no "..") to file.
using Tree = std::map<std::string, TreeFile>;

/// The file system, as little of it as the core needs. Paths are relative to the homelab's folder
/// unless absolute. Errors name the path.
class Files {
public:
    virtual ~Files() = default;

    /// A whole file, or nothing when it does not exist.
    virtual Result<std::optional<Bytes>> read(const std::string& path) = 0;
    /// Replaces or creates one file atomically, parents included; durable when it returns.
    virtual Result<void> write(const std::string& path, const TreeFile& file) = 0;
    virtual Result<void> remove(const std::string& path) = 0;
    /// Every regular file below a folder; empty when the folder does not exist.
    virtual Result<Tree> read_tree(const std::string& folder) = 0;
    /// Replaces a folder's content as one set: after a crash at any moment a reader finds the whole
    /// old tree or the whole new one. Unchanged files keep their inode.
    virtual Result<void> replace_tree(const std::string& folder, const Tree& tree) = 0;
    /// The files below a folder that may hold a private key: those with the words "PRIVATE KEY" or
    /// "AGE-SECRET-KEY", of at most 64 KiB. Skips `.git`, symbolic links and what cannot be read.
    virtual Result<Tree> find_key_files(const std::string& folder) = 0;
    /// Keeps a folder for the caller until the guard goes, from reading it to replacing it, so that
    /// no other run's change is lost in between. `conflict` names the process that has it.
    virtual Result<std::shared_ptr<void>> lock(const std::string& folder) = 0;
};

} // namespace ducksnest
