#pragma once

#include "base/result.h"
#include "cache/narinfo.h"
#include "ports/object_store.h"
#include "ports/parallel.h"

#include <map>
#include <string>

namespace ducksnest::cache {

/// Everything a cache holds: what its narinfos say, and which archives lie there.
struct Inventory {
    /// By store hash. A narinfo that cannot be read is among the errors.
    std::map<std::string, Narinfo> narinfos{};
    std::map<std::string, std::uint64_t> narinfo_sizes{}; ///< By store hash, in bytes.
    std::map<std::string, Error> damaged{};               ///< By store hash.
    std::map<std::string, ObjectInfo> nars{};             ///< By key.
};

/// Lists and reads all of it, many calls at once.
Result<Inventory> take_inventory(ObjectStore& store, Parallel& threads);

} // namespace ducksnest::cache
