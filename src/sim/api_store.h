#pragma once

#include "base/json.h"
#include "kube/inventory.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ducksnest::sim {

using StoredObject = std::shared_ptr<const Json>;

/// One write: what an object was before and is after it; null for none.
struct StoreChange {
    std::int64_t revision = 0;
    kube::ObjectKey key{};
    StoredObject before{};
    StoredObject after{};
    /// The last state of a removed object, with the version of the removal.
    StoredObject last{};
};

/// What the twin's API server keeps, as etcd does: every write makes a new revision of the whole
/// store, and older ones can be read until they are compacted.
class ApiStore {
public:
    std::int64_t revision() const { return revision_; }
    /// Revisions below this one are gone.
    std::int64_t oldest() const { return oldest_; }

    StoredObject find(const kube::ObjectKey& key) const;
    /// Stores with a new `metadata.resourceVersion`.
    StoredObject put(const kube::ObjectKey& key, Json object);
    void remove(const kube::ObjectKey& key);

    /// Up to `limit` objects of a kind as they were at a revision, after `after` in order of key;
    /// nothing when that revision is gone. An empty namespace means all.
    struct Slice {
        std::vector<StoredObject> objects{};
        std::optional<kube::ObjectKey> last{}; ///< The last one looked at; nothing at the end.
    };
    struct Range {
        std::string group{};
        std::string kind{};
        std::string namespace_name{};
        std::optional<kube::ObjectKey> after{};
    };
    std::optional<Slice> read(const Range& range, std::int64_t revision, std::size_t limit) const;

    /// The first change of a kind after a revision; nothing when there is none yet.
    std::optional<StoreChange> next_change(const Range& range, std::int64_t revision) const;

    /// Forgets what was before the present revision.
    void compact();

    /// Every object as it is now.
    std::vector<StoredObject> all() const;

private:
    struct Version {
        std::int64_t revision = 0;
        StoredObject object{}; ///< Null: removed.
    };

    const Version* version_at(const std::vector<Version>& versions, std::int64_t revision) const;

    std::int64_t revision_ = 1;
    std::int64_t oldest_ = 1;
    std::map<kube::ObjectKey, std::vector<Version>> versions_{};
    std::map<std::int64_t, StoreChange> changes_{};
};

/// A copy of an object with one field of its metadata set.
Json with_metadata(Json object, const std::string& field, Json value);

} // namespace ducksnest::sim
