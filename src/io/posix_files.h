#pragma once

#include "io/folder_swap.h"
#include "ports/files.h"

#include <map>
#include <memory>
#include <string>

namespace ducksnest::io {

/// The real file system below one folder. A relative path can never leave that folder: `..` and
/// symbolic links that lead out are refused. An absolute path is one the owner typed
/// (`--identity /…`) and is taken as it is. Not for several threads at once.
class PosixFiles final : public Files {
public:
    explicit PosixFiles(std::string root, SwapOptions options = {});

    Result<std::optional<Bytes>> read(const std::string& path) override;
    Result<void> write(const std::string& path, const TreeFile& file) override;
    Result<void> remove(const std::string& path) override;
    /// Refuses symbolic links and special files inside: they are no content of a tree.
    Result<Tree> read_tree(const std::string& folder) override;
    Result<void> replace_tree(const std::string& folder, const Tree& tree) override;

    Result<Tree> find_key_files(const std::string& folder) override;
    /// Also cleans up after a run that was killed. `replace_tree` uses a lock that is held and
    /// takes one of its own otherwise.
    Result<std::shared_ptr<void>> lock(const std::string& folder) override;

private:
    Result<std::string> resolve(const std::string& path) const;

    std::string root_;
    SwapOptions options_;
    std::map<std::string, std::weak_ptr<void>> locks_{};
};

} // namespace ducksnest::io
