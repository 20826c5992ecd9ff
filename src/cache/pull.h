#pragma once

#include "base/result.h"
#include "cache/signing.h"
#include "cache/store_path.h"
#include "ports/nix_store.h"
#include "ports/object_store.h"
#include "ports/parallel.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace ducksnest::cache {

/// How far a pull is. Totals grow while the closure is still being found out.
struct PullProgress {
    std::size_t paths_known = 0; ///< That the store did not have.
    std::size_t paths_done = 0;
    std::uint64_t nar_bytes_known = 0;
    std::uint64_t nar_bytes_done = 0;
    std::uint64_t file_bytes = 0; ///< That came from the store.
};

enum class Signatures : std::uint8_t {
    required, ///< Each path needs one of a trusted key.
    ignored,
};

struct PullOptions {
    std::vector<PublicKey> trusted{};
    Signatures signatures = Signatures::required;
    std::size_t transfers = 32; ///< Calls to the store at once.
    /// Called a few times a second, on the caller's thread.
    std::function<void(const PullProgress&)> progress{};
};

struct PullReport {
    std::size_t paths_pulled = 0;
    std::size_t paths_reused = 0; ///< Made from what the Nix store already had, at least in part.
    std::uint64_t nar_bytes = 0;  ///< Of the paths pulled.
    std::uint64_t file_bytes = 0; ///< That came from the store, archives only.
};

/// The doors of a pull. `threads` must have at least `transfers + 1`.
struct PullDoors {
    NixStore& nix;
    ObjectStore& store;
    Parallel& threads;
};

/// Makes paths and all they refer to valid in a Nix store. A path is registered only after its
/// bytes, its signature and everything it refers to were found good; an end at any moment leaves
/// nothing half done, and the next run goes on.
///
/// Errors: those of the doors; `not_found` when the cache lacks a path; `denied` when no trusted
/// key has signed one; `corrupt` when bytes are not what was signed, each naming path and object.
Result<PullReport>
pull(const PullDoors& doors, std::span<const StorePath> paths, const PullOptions& options);

} // namespace ducksnest::cache
