#pragma once

#include "ports/files.h"

#include <string>

namespace ducksnest::sim {

/// The twin's disk: files in a map, atomic because nothing else runs. Same rules and errors as the
/// real one, see tests/conformance.
class MemoryFiles final : public Files {
public:
    Result<std::optional<Bytes>> read(const std::string& path) override;
    Result<void> write(const std::string& path, const TreeFile& file) override;
    Result<void> remove(const std::string& path) override;
    Result<Tree> read_tree(const std::string& folder) override;
    Result<void> replace_tree(const std::string& folder, const Tree& tree) override;
    Result<Tree> find_key_files(const std::string& folder) override;
    Result<std::shared_ptr<void>> lock(const std::string& folder) override;

    /// Everything on the disk, by path; what a checker looks through.
    const Tree& all() const { return files_; }

private:
    Tree files_{};
    std::map<std::string, std::weak_ptr<void>> locks_{};
};

} // namespace ducksnest::sim
