#include "watched_store.h"

#include "cache/lease.h"

#include <utility>

namespace ducksnest::testing {
namespace {

bool is_narinfo(std::string_view key) {
    return key.ends_with(".narinfo");
}

/// Whether a call that ended so took place.
template <class T>
bool has_happened(const Result<T>& result) {
    return result || result.error().code == ErrorCode::timeout;
}

} // namespace

void Watch::note(std::string violation) {
    if (!violation_) {
        violation_ = std::move(violation);
    }
}

void Watch::narinfo_stored(const std::string& key, const cache::Narinfo& narinfo) {
    narinfos_.insert_or_assign(key, narinfo);
    if (!nars_.contains(narinfo.url)) {
        note(key + " stored without " + narinfo.url);
    }
    for (const cache::StorePath& reference : narinfo.references) {
        if (!narinfos_.contains(cache::narinfo_key(reference))) {
            note(key + " stored without " + reference.text());
        }
    }
}

void Watch::removed(const std::string& key) {
    if (is_narinfo(key)) {
        narinfos_removed += narinfos_.erase(key);
        for (const auto& [other, narinfo] : narinfos_) {
            for (const cache::StorePath& reference : narinfo.references) {
                if (cache::narinfo_key(reference) == key) {
                    note(key + " removed before " + other);
                }
            }
        }
    } else if (nars_.erase(key) > 0) {
        ++nars_removed;
        for (const auto& [other, narinfo] : narinfos_) {
            if (narinfo.url == key) {
                note(key + " removed before " + other);
            }
        }
    }
}

Result<void> WatchedStore::begin_call() {
    ++calls_;
    if (!is_killed()) {
        turns_.yield();
        if (prng_.chance(fate_.stall)) {
            ++stalls_;
            TRY(turns_.pause(std::chrono::seconds(prng_.below(fate_.stall_seconds)), {}));
        }
        return {};
    }
    return fail(ErrorCode::interrupted, "killed");
}

Result<ObjectInfo>
WatchedStore::get(const std::string& key, const GetOptions& options, const ByteReceiver& receiver) {
    TRY(begin_call());
    return store_.get(key, options, receiver);
}

Result<ObjectInfo>
WatchedStore::put(const std::string& key, const ObjectSource& source, const PutOptions& options) {
    TRY(begin_call());
    const Result<ObjectInfo> result = store_.put(key, source, options);
    if (has_happened(result) && is_narinfo(key)) {
        Bytes text(*source.size);
        TRY(source.read(0, text));
        watch_.narinfo_stored(key, TRY(cache::parse_narinfo(as_text(text))));
    } else if (has_happened(result) && key.starts_with("nar/")) {
        watch_.nar_stored(key);
    }
    return result;
}

Result<std::optional<ObjectInfo>> WatchedStore::head(const std::string& key) {
    TRY(begin_call());
    if (!fate_.sees_claim && key == cache::claim_key) {
        return std::nullopt;
    }
    return store_.head(key);
}

Result<void> WatchedStore::list(const ListQuery& query, const EntryReceiver& receiver) {
    TRY(begin_call());
    if (!fate_.sees_markers && query.prefix == cache::markers_prefix) {
        return {};
    }
    return store_.list(query, receiver);
}

Result<void> WatchedStore::remove(const std::string& key) {
    TRY(begin_call());
    const Result<void> result = store_.remove(key);
    if (has_happened(result)) {
        watch_.removed(key);
    }
    return result;
}

} // namespace ducksnest::testing
