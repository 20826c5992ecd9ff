#pragma once

#include "io/testing/temporary_folder.h"
#include "ports/nix_store.h"

#include <string>
#include <vector>

namespace ducksnest::testing {

/// What a process said and how it ended.
struct Ran {
    int exit = -1;
    std::string out{};
    std::string err{};
};

/// A temporary folder with real Nix, the program itself, a signing key that Nix made, and a Nix
/// store "src" with a closure of paths that refer to each other.
class CacheGround {
public:
    CacheGround();

    /// Absolute.
    std::string path(const std::string& name) const { return place_ / name; }
    /// Of the closure: everything else is below it.
    const std::string& system() const { return system_; }
    const std::vector<std::string>& paths() const { return paths_; }
    std::string public_key() const;

    /// `ducksnest ARGUMENTS` in the folder.
    Ran ducksnest(const std::string& arguments) const;
    /// `nix ARGUMENTS`, without the machine's own settings.
    Ran nix(const std::string& arguments) const;
    Ran run(const std::string& command) const;

    /// Adds a path to the store "src" whose file "data" has these bytes, and returns it.
    std::string add_path(
        const std::string& name, const std::string& data, const std::vector<std::string>& references
    );

private:
    io::testing::TemporaryFolder place_{};
    std::vector<std::string> paths_{};
    std::string system_{};
};

std::string read_text(const std::string& path);
void write_text(const std::string& path, const std::string& text);
/// The same for the same seed, and hard to compress.
std::string random_text(std::uint64_t seed, std::size_t size);

} // namespace ducksnest::testing
