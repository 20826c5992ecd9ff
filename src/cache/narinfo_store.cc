#include "cache/narinfo_store.h"

#include <algorithm>
#include <utility>

namespace ducksnest::cache {
namespace {

constexpr std::string_view narinfo_type = "text/x-nix-narinfo";
constexpr int attempts_max = 8;

/// A narinfo as it stands in the store, and under which name it can be replaced.
struct Stored {
    std::string etag{};
    std::optional<Narinfo> narinfo{}; ///< Nothing when it is damaged.
};

Result<Stored> read_stored(ObjectStore& store, const std::string& key) {
    Bytes bytes;
    const ObjectInfo info = TRY(store.get(key, {}, [&](ByteView piece) {
        append(bytes, piece);
        return bytes.size() <= narinfo_max;
    }));
    Stored stored{.etag = info.etag};
    if (auto narinfo = parse_narinfo(as_text(bytes)); narinfo && bytes.size() <= narinfo_max) {
        stored.narinfo = std::move(*narinfo);
    }
    return stored;
}

/// Whether a narinfo says of the same path the same things, and keeps its word.
Result<bool> is_worth_keeping(ObjectStore& store, const Narinfo& stored, const Narinfo& ours) {
    if (fingerprint(stored) != fingerprint(ours)) {
        return false;
    }
    if (stored.url == ours.url) {
        return true;
    }
    return check_object_key(stored.url) && TRY(store.head(stored.url)).has_value();
}

/// Whether it lacked some.
bool add_signatures(Narinfo& narinfo, std::span<const std::string> signatures) {
    const std::size_t before = narinfo.signatures.size();
    for (const std::string& signature : signatures) {
        if (std::ranges::find(narinfo.signatures, signature) == narinfo.signatures.end()) {
            narinfo.signatures.push_back(signature);
        }
    }
    return narinfo.signatures.size() > before;
}

} // namespace

Result<void> store_narinfo(ObjectStore& store, const Narinfo& narinfo, std::stop_token stop) {
    const std::string key = narinfo_key(narinfo.path);
    PutOptions put{
        .content_type = std::string(narinfo_type), .if_absent = true, .stop = std::move(stop)
    };
    Narinfo wanted = narinfo;
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto done = put_bytes(store, key, as_bytes(format_narinfo(wanted)), put);
        if (done) {
            return {};
        }
        if (done.error().code != ErrorCode::conflict) {
            return std::unexpected(done.error());
        }
        wanted = narinfo;
        auto stored = read_stored(store, key);
        if (!stored && stored.error().code == ErrorCode::not_found) {
            put.if_absent = true;
            put.if_match.clear();
            continue;
        }
        if (!stored) {
            return std::unexpected(stored.error());
        }
        if (stored->narinfo && TRY(is_worth_keeping(store, *stored->narinfo, narinfo))) {
            wanted = std::move(*stored->narinfo);
            if (!add_signatures(wanted, narinfo.signatures)) {
                return {};
            }
        }
        put.if_absent = false;
        put.if_match = std::move(stored->etag);
    }
    return fail(
        ErrorCode::aborted,
        "others keep changing `" + key + "`",
        "push again: what is stored already is not sent again"
    );
}

} // namespace ducksnest::cache
