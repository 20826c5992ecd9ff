#pragma once

#include "base/digest.h"
#include "base/result.h"
#include "ports/tree_source.h"
#include "ports/tree_target.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ducksnest {

/// What a Nix store knows about one valid path. Paths are logical: "/nix/store/0c4z…-hello-2.12",
/// also for a store whose files lie elsewhere.
struct PathRecord {
    std::string path{};
    Sha256 nar_hash{};
    std::uint64_t nar_size = 0;
    std::vector<std::string> references{}; ///< Sorted; may hold the path itself.
    std::string deriver{};                 ///< Empty when not known.
    std::vector<std::string> signatures{};
    std::string content_address{};

    bool operator==(const PathRecord&) const = default;
};

/// A store path in the making, under a name that Nix takes for no path. Gone again with this
/// object, unless it was finished.
class NewStorePath {
public:
    virtual ~NewStorePath() = default;
    virtual TreeTarget& tree() = 0;
    /// Gives it its name at once. Nix does not see it before it is registered.
    virtual Result<void> finish() = 0;
};

/// A Nix store: its files and its database. Safe to call from several threads at once.
class NixStore {
public:
    virtual ~NixStore() = default;
    /// The store path that a path of this machine leads to: "./result", "/run/current-system", or
    /// one inside a store path. `not_found`, or `invalid` when it leads elsewhere.
    virtual Result<std::string> resolve(const std::string& path) = 0;
    /// What is known about a path, or nothing when it is not valid.
    virtual Result<std::optional<PathRecord>> find(const std::string& path) = 0;
    /// Every valid path, sorted.
    virtual Result<std::vector<std::string>> paths() = 0;
    /// The files of a path, valid or not. Never fails; reading it does.
    virtual std::unique_ptr<TreeSource> tree(const std::string& path) = 0;
    /// Whether a path has files, valid or not.
    virtual bool has_files(const std::string& path) = 0;
    virtual Result<std::unique_ptr<NewStorePath>> create(const std::string& path) = 0;
    /// Makes paths valid, all or none. References must be valid or among them; what is valid
    /// already stays as it is.
    virtual Result<void> register_paths(std::span<const PathRecord> records) = 0;
};

/// What may be done to a store.
enum class StoreAccess : std::uint8_t {
    read,
    /// Makes an empty store where there is none; keeps others from adding paths this way, and Nix
    /// from collecting garbage, until it is closed.
    write,
};

} // namespace ducksnest
