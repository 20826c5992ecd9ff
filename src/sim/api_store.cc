#include "sim/api_store.h"

#include <algorithm>

namespace ducksnest::sim {

using kube::ObjectKey;

Json with_metadata(Json object, const std::string& field, Json value) {
    const Json* found = object.find("metadata");
    Json metadata = found == nullptr ? Json::object({}) : *found;
    metadata.set(field, std::move(value));
    object.set("metadata", std::move(metadata));
    return object;
}

const ApiStore::Version*
ApiStore::version_at(const std::vector<Version>& versions, std::int64_t revision) const {
    const auto after = std::ranges::upper_bound(versions, revision, {}, &Version::revision);
    return after == versions.begin() ? nullptr : &*std::prev(after);
}

StoredObject ApiStore::find(const ObjectKey& key) const {
    const auto at = versions_.find(key);
    return at == versions_.end() || at->second.empty() ? nullptr : at->second.back().object;
}

StoredObject ApiStore::put(const ObjectKey& key, Json object) {
    ++revision_;
    const StoredObject before = find(key);
    const auto stored = std::make_shared<const Json>(
        with_metadata(std::move(object), "resourceVersion", std::to_string(revision_))
    );
    versions_[key].push_back({.revision = revision_, .object = stored});
    changes_.emplace(
        revision_, StoreChange{.revision = revision_, .key = key, .before = before, .after = stored}
    );
    return stored;
}

void ApiStore::remove(const ObjectKey& key) {
    const StoredObject before = find(key);
    if (before == nullptr) {
        return;
    }
    ++revision_;
    versions_[key].push_back({.revision = revision_, .object = nullptr});
    changes_.emplace(
        revision_,
        StoreChange{
            .revision = revision_,
            .key = key,
            .before = before,
            .after = nullptr,
            .last = std::make_shared<const Json>(
                with_metadata(*before, "resourceVersion", std::to_string(revision_))
            )
        }
    );
}

std::optional<ApiStore::Slice>
ApiStore::read(const Range& range, std::int64_t revision, std::size_t limit) const {
    if (revision < oldest_) {
        return std::nullopt;
    }
    const ObjectKey first = {
        .group = range.group, .kind = range.kind, .namespace_name = range.namespace_name, .name = {}
    };
    auto at = range.after ? versions_.upper_bound(*range.after) : versions_.lower_bound(first);
    Slice slice;
    for (; at != versions_.end(); ++at) {
        const ObjectKey& key = at->first;
        const bool is_other =
            key.group != range.group || key.kind != range.kind ||
            (!range.namespace_name.empty() && key.namespace_name != range.namespace_name);
        if (is_other) {
            break;
        }
        if (slice.objects.size() == limit) {
            return slice;
        }
        const Version* version = version_at(at->second, revision);
        if (version != nullptr && version->object != nullptr) {
            slice.objects.push_back(version->object);
        }
        slice.last = key;
    }
    slice.last.reset();
    return slice;
}

std::optional<StoreChange> ApiStore::next_change(const Range& range, std::int64_t revision) const {
    for (auto at = changes_.upper_bound(revision); at != changes_.end(); ++at) {
        const ObjectKey& key = at->second.key;
        if (key.group == range.group && key.kind == range.kind &&
            (range.namespace_name.empty() || key.namespace_name == range.namespace_name)) {
            return at->second;
        }
    }
    return std::nullopt;
}

void ApiStore::compact() {
    oldest_ = revision_;
    changes_.clear();
    for (auto at = versions_.begin(); at != versions_.end();) {
        std::vector<Version>& versions = at->second;
        versions.erase(versions.begin(), std::prev(versions.end()));
        at = versions.back().object == nullptr ? versions_.erase(at) : std::next(at);
    }
}

std::vector<StoredObject> ApiStore::all() const {
    std::vector<StoredObject> objects;
    for (const auto& [key, versions] : versions_) {
        if (versions.back().object != nullptr) {
            objects.push_back(versions.back().object);
        }
    }
    return objects;
}

} // namespace ducksnest::sim
