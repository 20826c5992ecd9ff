#include "cache/inventory.h"

#include "cache/first_error.h"
#include "cache/survey.h"

#include <mutex>
#include <vector>

namespace ducksnest::cache {
namespace {

constexpr std::string_view narinfo_ending = ".narinfo";

Result<void> list_everything(ObjectStore& store, Parallel& threads, Inventory& inventory) {
    std::mutex mutex;
    FirstError failure;
    const std::vector<ListQuery> parts = listing_parts();
    threads.for_each(parts.size(), [&](std::size_t i) {
        const auto listed = store.list(parts[i], [&](const ObjectEntry& entry) {
            const std::string_view key = entry.key;
            const std::lock_guard lock(mutex);
            if (key.starts_with("nar/")) {
                // Those have parts of their own.
                if (parts[i].prefix == "n") {
                    return false;
                }
                inventory.nars.emplace(key, entry.info);
            } else if (key.ends_with(narinfo_ending) && is_store_hash(key.substr(0, 32)) &&
                       key.size() == store_hash_size + narinfo_ending.size()) {
                inventory.narinfo_sizes.emplace(key.substr(0, 32), entry.info.size);
            }
            return true;
        });
        failure.note(listed);
    });
    return failure.result();
}

} // namespace

Result<Inventory> take_inventory(ObjectStore& store, Parallel& threads) {
    Inventory inventory;
    TRY(list_everything(store, threads, inventory));
    std::vector<std::string> hashes;
    for (const auto& [hash, size] : inventory.narinfo_sizes) {
        hashes.push_back(hash);
    }
    std::mutex mutex;
    FirstError failure;
    threads.for_each(hashes.size(), [&](std::size_t i) {
        const std::string key = hashes[i] + std::string(narinfo_ending);
        const auto bytes = get_bytes(store, key, narinfo_max);
        if (!bytes && bytes.error().code == ErrorCode::not_found) {
            return; // Removed meanwhile.
        }
        if (!bytes && bytes.error().code != ErrorCode::corrupt) {
            failure.note(Result<void>(std::unexpected(bytes.error())));
            return;
        }
        auto narinfo = bytes ? parse_narinfo(as_text(*bytes))
                             : Result<Narinfo>(std::unexpected(bytes.error()));
        if (narinfo && narinfo->path.hash() != hashes[i]) {
            narinfo =
                fail(ErrorCode::corrupt, "`" + key + "` is about `" + narinfo->path.text() + "`");
        }
        const std::lock_guard lock(mutex);
        if (narinfo) {
            inventory.narinfos.emplace(hashes[i], std::move(*narinfo));
        } else {
            inventory.damaged.emplace(hashes[i], narinfo.error());
        }
    });
    TRY(failure.result());
    return inventory;
}

} // namespace ducksnest::cache
