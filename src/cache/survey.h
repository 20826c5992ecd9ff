#pragma once

#include "base/result.h"
#include "cache/narinfo.h"
#include "ports/nix_store.h"
#include "ports/object_store.h"
#include "ports/parallel.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ducksnest::cache {

/// What a store already has of one path.
struct Presence {
    bool has_narinfo = false;
    /// As it stands there, when it was read: not when the store was listed.
    std::optional<Narinfo> narinfo{};
    bool has_nar = false; ///< The archive that the narinfo names, or else the one of `nar_key`.
    std::uint64_t file_size = 0; ///< Of the archive when it is there.
};

/// Where an archive is stored: named after what is in it, so that the name is known beforehand,
/// equal paths share it, and a second push with another level changes no name.
std::string nar_key(const Sha256& nar_hash);

/// Asks once: path by path when they are few, otherwise by listing the whole store in parallel.
/// `threads` should be many: they wait.
Result<std::vector<Presence>>
survey(ObjectStore& store, Parallel& threads, std::span<const PathRecord> records);

/// Keys below one of these beginnings are every narinfo and every archive, each once: a listing of
/// the whole store in parts that can be asked for at once.
std::vector<ListQuery> listing_parts();

} // namespace ducksnest::cache
