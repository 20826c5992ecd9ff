#pragma once

#include "base/digest.h"
#include "base/result.h"
#include "cache/compression.h"
#include "cache/narinfo.h"
#include "nar/reader.h"
#include "ports/object_store.h"
#include "ports/tree_source.h"
#include "ports/tree_target.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

namespace ducksnest::cache {

/// Makes the tree of a narinfo from its archive's bytes, and knows whether they were the right
/// ones: size and SHA-256 as the narinfo says.
class Restorer {
public:
    Restorer(const Narinfo& narinfo, TreeTarget& target)
        : narinfo_(narinfo)
        , reader_(target, {.size_max = narinfo.nar_size}) {}

    Result<void> add(ByteView archive) {
        hash_.update(archive);
        return reader_.feed(archive);
    }
    /// `corrupt` when the archive is not the one that was promised.
    Result<void> finish();

private:
    const Narinfo& narinfo_;
    nar::Reader reader_;
    Sha256Hasher hash_{};
};

/// Fetches the archive that a narinfo names and makes its tree. The answer is how many bytes came
/// from the store. `corrupt` names path and object.
Result<std::uint64_t>
restore(ObjectStore& store, const Narinfo& narinfo, TreeTarget& target, std::stop_token stop);

/// Makes the tree from another one that has the same archive.
Result<void> restore_from(TreeSource& source, const Narinfo& narinfo, TreeTarget& target);

/// Whether a tree is already what the narinfo promises.
bool is_restored(TreeSource& source, const Narinfo& narinfo);

} // namespace ducksnest::cache
