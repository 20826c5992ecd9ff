#pragma once

#include "base/result.h"
#include "cache/chunk_index.h"
#include "cache/narinfo.h"
#include "nar/layout.h"
#include "ports/nix_store.h"
#include "ports/object_store.h"
#include "ports/tree_target.h"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace ducksnest::cache {

/// What of an archive must be fetched, and where the rest is.
struct DeltaStep {
    /// Chunks that the base has: a part of its archive.
    std::uint64_t base_offset = 0;
    /// Chunks that it has not: a part of the compressed file.
    std::uint64_t file_offset = 0;
    std::uint64_t file_size = 0; ///< 0 for a part of the base.
    std::uint64_t nar_size = 0;
};

/// Turns an index and what a base has into steps: neighbours are joined, and no fetch is longer
/// than `fetch_max` bytes unless one chunk is.
std::vector<DeltaStep> plan_delta(
    const ChunkIndex& index, const std::map<ChunkId, std::uint64_t>& base, std::uint64_t fetch_max
);

/// Paths that a Nix store already has, as a quarry for new ones.
class Bases {
public:
    explicit Bases(NixStore& nix)
        : nix_(nix) {}

    /// A valid path with the very same archive.
    Result<std::optional<std::string>> same_nar(const Narinfo& narinfo);
    /// The valid path that is most likely an earlier version of it: of the same name but for
    /// version and hash, the nearest in size.
    Result<std::optional<PathRecord>> earlier_version(const Narinfo& narinfo);

private:
    Result<void> load();

    NixStore& nix_;
    std::mutex mutex_{};
    bool is_loaded_ = false;
    std::map<Sha256, std::string> by_nar_{};
    std::multimap<std::string, PathRecord> by_stem_{};
};

/// Makes a path's tree from chunks of an earlier version and the frames of those that changed. The
/// answer is how many bytes came from the store; nothing when it is not worth it or not possible,
/// and then `target` was not touched.
Result<std::optional<std::uint64_t>> restore_delta(
    ObjectStore& store,
    NixStore& nix,
    const PathRecord& base,
    const Narinfo& narinfo,
    TreeTarget& target,
    std::stop_token stop
);

} // namespace ducksnest::cache
