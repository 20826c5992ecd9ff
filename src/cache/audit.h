#pragma once

#include "base/result.h"
#include "cache/inventory.h"
#include "cache/signing.h"
#include "ports/object_store.h"
#include "ports/parallel.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ducksnest::cache {

enum class Flaw : std::uint8_t {
    damaged_narinfo, ///< It cannot be read.
    missing_nar,     ///< The archive it names is not there.
    corrupt_nar,     ///< The archive is not what was promised.
    unsigned_path,   ///< No trusted key has signed it.
    dangling,        ///< It refers to a path that the cache does not show.
};
std::string_view to_string(Flaw flaw);

struct Finding {
    Flaw flaw = Flaw::damaged_narinfo;
    std::string hash{};   ///< Store hash of the path that is not well.
    std::string path{};   ///< Empty when its narinfo cannot be read.
    std::string detail{}; ///< "nar/….nar.zst", the missing reference, or what is wrong.

    bool operator==(const Finding&) const = default;
};

struct AuditOptions {
    std::vector<PublicKey> trusted{}; ///< None: signatures are not looked at.
    bool read_nars = true;            ///< Otherwise archives only have to be there.
    std::function<void(std::size_t done, std::size_t total)> progress{};
};

struct Audit {
    std::size_t paths = 0;
    std::vector<Finding> findings{}; ///< Sorted by hash.
};

/// Looks at everything in a cache, and changes nothing.
Result<Audit> audit(ObjectStore& store, Parallel& threads, const AuditOptions& options);

/// Takes what is not well out of a cache, with everything that refers to it, so that readers build
/// or fetch it elsewhere and the next push stores it anew. The answer is the keys removed.
Result<std::vector<std::string>> repair(ObjectStore& store, Parallel& threads, const Audit& found);

} // namespace ducksnest::cache
