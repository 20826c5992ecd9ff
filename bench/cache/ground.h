#pragma once

#include "io/testing/temporary_folder.h"
#include "ports/nix_store.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ducksnest::bench {

/// A Nix store with a closure of real files: folders of /usr as store paths that refer to each
/// other, and one path above them all.
class CacheGround {
public:
    explicit CacheGround(std::uint64_t bytes);

    std::string path(const std::string& name) const { return folder_ / name; }
    const std::string& system() const { return system_; }
    std::uint64_t nar_bytes() const { return nar_bytes_; }
    std::size_t paths() const { return paths_.size(); }
    /// A new version of every path: the same files, and in some of them other bytes, so that one
    /// byte in twenty has changed. Returns the new system.
    std::string upgrade();

private:
    std::string
    add(NixStore& store,
        const std::string& name,
        TreeSource& tree,
        const std::vector<std::string>& references);

    io::testing::TemporaryFolder folder_{};
    std::vector<std::string> paths_{};
    std::string system_{};
    std::uint64_t nar_bytes_ = 0;
};

} // namespace ducksnest::bench
