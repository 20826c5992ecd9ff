#include "cache/survey.h"

#include "cache/base32.h"
#include "cache/first_error.h"

#include <map>
#include <mutex>
#include <set>

namespace ducksnest::cache {
namespace {

/// Up to here two requests per path are fewer than a listing in parts.
constexpr std::size_t few_paths = 64;

constexpr std::string_view narinfo_ending = ".narinfo";

Result<std::optional<Narinfo>> read_narinfo(ObjectStore& store, const std::string& key) {
    const Result<Bytes> bytes = get_bytes(store, key, narinfo_max);
    if (!bytes) {
        if (bytes.error().code == ErrorCode::not_found) {
            return std::nullopt;
        }
        return std::unexpected(bytes.error());
    }
    auto narinfo = parse_narinfo(as_text(*bytes));
    if (!narinfo) {
        return std::nullopt; // A damaged one is as good as none: it is written anew.
    }
    return std::move(*narinfo);
}

Result<void> ask_narinfo(ObjectStore& store, const PathRecord& record, Presence& presence) {
    const StorePath path = TRY(StorePath::parse(record.path));
    presence.narinfo = TRY(read_narinfo(store, narinfo_key(path)));
    presence.has_narinfo = presence.narinfo.has_value();
    return {};
}

Result<void> ask_nar(ObjectStore& store, const std::string& key, Presence& presence) {
    const auto info = TRY(store.head(key));
    presence.has_nar = info.has_value();
    presence.file_size = info ? info->size : 0;
    return {};
}

/// Archives under names that others gave them.
Result<void> ask_foreign_nars(
    ObjectStore& store,
    Parallel& threads,
    std::span<const PathRecord> records,
    std::span<Presence> found
) {
    FirstError failure;
    threads.for_each(records.size(), [&](std::size_t i) {
        const auto& narinfo = found[i].narinfo;
        if (narinfo && narinfo->url != nar_key(records[i].nar_hash) &&
            check_object_key(narinfo->url)) {
            failure.note(ask_nar(store, narinfo->url, found[i]));
        }
    });
    return failure.result();
}

Result<std::vector<Presence>>
ask_each(ObjectStore& store, Parallel& threads, std::span<const PathRecord> records) {
    std::vector<Presence> found(records.size());
    std::vector<Presence> nars(records.size());
    // Equal archives are asked for once: two answers might differ when another push is at work.
    std::map<Sha256, std::size_t> first_of;
    for (std::size_t i = 0; i < records.size(); ++i) {
        first_of.emplace(records[i].nar_hash, i);
    }
    FirstError failure;
    // Both questions of every path at once: the second needs no answer to the first.
    threads.for_each(records.size() * 2, [&](std::size_t i) {
        const PathRecord& record = records[i / 2];
        if (i % 2 == 1 && first_of.at(record.nar_hash) != i / 2) {
            return;
        }
        const auto asked = i % 2 == 0 ? ask_narinfo(store, record, found[i / 2])
                                      : ask_nar(store, nar_key(record.nar_hash), nars[i / 2]);
        failure.note(asked);
    });
    TRY(failure.result());
    for (std::size_t i = 0; i < records.size(); ++i) {
        const Presence& nar = nars[first_of.at(records[i].nar_hash)];
        found[i].has_nar = nar.has_nar;
        found[i].file_size = nar.file_size;
    }
    TRY(ask_foreign_nars(store, threads, records, found));
    return found;
}

Result<std::map<std::string, std::uint64_t>> list_all(ObjectStore& store, Parallel& threads) {
    std::map<std::string, std::uint64_t> sizes;
    std::mutex mutex;
    FirstError failure;
    const std::vector<ListQuery> parts = listing_parts();
    threads.for_each(parts.size(), [&](std::size_t i) {
        const auto listed = store.list(parts[i], [&](const ObjectEntry& entry) {
            // Between the two listings of `n` lie the archives, which have parts of their own.
            if (parts[i].prefix == "n" && entry.key.starts_with("nar/")) {
                return false;
            }
            const std::lock_guard lock(mutex);
            sizes.emplace(entry.key, entry.info.size);
            return true;
        });
        failure.note(listed);
    });
    TRY(failure.result());
    return sizes;
}

Result<std::vector<Presence>>
ask_listing(ObjectStore& store, Parallel& threads, std::span<const PathRecord> records) {
    const auto sizes = TRY(list_all(store, threads));
    std::vector<Presence> found(records.size());
    FirstError failure;
    threads.for_each(records.size(), [&](std::size_t i) {
        const PathRecord& record = records[i];
        const std::string hash = record.path.substr(store_folder.size() + 1, store_hash_size);
        const auto nar = sizes.find(nar_key(record.nar_hash));
        found[i].has_nar = nar != sizes.end();
        found[i].file_size = nar == sizes.end() ? 0 : nar->second;
        found[i].has_narinfo = sizes.contains(hash + std::string(narinfo_ending));
        // Pushed by others: only the narinfo knows what its archive is called.
        if (found[i].has_narinfo && !found[i].has_nar) {
            failure.note(ask_narinfo(store, record, found[i]));
            if (found[i].narinfo) {
                const auto other = sizes.find(found[i].narinfo->url);
                found[i].has_nar = other != sizes.end();
                found[i].file_size = other == sizes.end() ? 0 : other->second;
            }
        }
    });
    TRY(failure.result());
    return found;
}

} // namespace

std::string nar_key(const Sha256& nar_hash) {
    return "nar/" + encode_base32(nar_hash) + ".nar.zst";
}

std::vector<ListQuery> listing_parts() {
    std::vector<ListQuery> parts;
    for (const char digit : base32_digits) {
        parts.push_back({.prefix = std::string(1, digit)});
        parts.push_back({.prefix = std::string("nar/") + digit});
    }
    // The narinfos behind "nar/…": `~` sorts behind every digit.
    parts.push_back({.prefix = "n", .start_after = "nar/~"});
    return parts;
}

Result<std::vector<Presence>>
survey(ObjectStore& store, Parallel& threads, std::span<const PathRecord> records) {
    return records.size() <= few_paths ? ask_each(store, threads, records)
                                       : ask_listing(store, threads, records);
}

} // namespace ducksnest::cache
