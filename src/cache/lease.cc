#include "cache/lease.h"

#include "base/encoding.h"

#include <array>

namespace ducksnest::cache {
namespace {

using std::chrono_literals::operator""s;

constexpr std::size_t marker_max = std::size_t{32} << 20U;
constexpr Duration poll_interval = 1s;

/// When the store says that an object was written.
Result<Instant> modified_of(ObjectStore& store, const std::string& key) {
    const auto info = TRY(store.head(key));
    if (!info || !info->modified) {
        return fail(
            ErrorCode::unsupported, "the store does not tell when `" + key + "` was written"
        );
    }
    return *info->modified;
}

} // namespace

Result<void> PushMarker::write() {
    const Duration begun = doors_.timer.elapsed();
    TRY(put_bytes(doors_.store, key_, as_bytes(text_), {.content_type = "application/json"}));
    written_ = begun;
    return {};
}

Result<PushMarker>
PushMarker::begin(LeaseDoors doors, std::span<const std::string> hashes, std::stop_token stop) {
    std::array<std::uint8_t, 16> id{};
    doors.random.fill(id);
    Json::Array list;
    for (const std::string& hash : hashes) {
        list.emplace_back(hash);
    }
    PushMarker marker(
        doors,
        std::string(markers_prefix) + encode_hex(id),
        Json::object({{"schema", "ducksnest.cache-marker/1"}, {"paths", Json(std::move(list))}}
        ).dump()
    );
    TRY(marker.write());
    std::optional<Instant> written;
    Duration waiting_since{};
    for (;;) {
        const auto claim = TRY(doors.store.head(std::string(claim_key)));
        if (!claim) {
            return marker;
        }
        if (!written) {
            written = TRY(modified_of(doors.store, marker.key_));
            waiting_since = doors.timer.elapsed();
        }
        // A pause may last longer than it was meant to.
        const Duration waited = doors.timer.elapsed() - waiting_since;
        if (claim->modified && *written + waited - *claim->modified > claim_lifetime) {
            return marker;
        }
        TRY(doors.timer.pause(poll_interval, stop));
        TRY(marker.renew());
    }
}

Result<void> PushMarker::check() const {
    if (doors_.timer.elapsed() - written_ > marker_lifetime / 2) {
        return fail(
            ErrorCode::aborted,
            "the push was held up for too long to be safe from garbage collections",
            "push again: what is stored already is not sent again"
        );
    }
    return {};
}

Result<void> PushMarker::renew() {
    // One that was disregarded once must not come back: what it named may be gone.
    TRY(check());
    if (doors_.timer.elapsed() - written_ > marker_lifetime / 4) {
        TRY(write());
    }
    return {};
}

Result<void> PushMarker::end() {
    return doors_.store.remove(key_);
}

Result<Claim> Claim::begin(LeaseDoors doors) {
    Claim claim(doors);
    const std::string key(claim_key);
    std::array<std::uint8_t, 16> id{};
    doors.random.fill(id);
    const std::string text = encode_hex(id) + "\n";
    claim.written_ = doors.timer.elapsed();
    const auto put = put_bytes(doors.store, key, as_bytes(text), {.if_absent = true});
    if (!put && put.error().code != ErrorCode::conflict) {
        return std::unexpected(put.error());
    }
    if (!put) {
        // The store's clock is read from an object of our own.
        const std::string probe = std::string(markers_prefix) + "clock-" + encode_hex(id);
        TRY(put_bytes(doors.store, probe, as_bytes("{\"paths\":[]}")));
        const Instant now = TRY(modified_of(doors.store, probe));
        TRY(doors.store.remove(probe));
        const auto other = TRY(doors.store.head(key));
        if (other && (!other->modified || now - *other->modified <= claim_lifetime)) {
            return fail(
                ErrorCode::conflict,
                "another garbage collection is at work in this cache",
                "wait for it to end; if it was killed, its claim ends after " +
                    format_duration(claim_lifetime)
            );
        }
        claim.written_ = doors.timer.elapsed();
        const PutOptions options =
            other ? PutOptions{.if_match = other->etag} : PutOptions{.if_absent = true};
        TRY(put_bytes(doors.store, key, as_bytes(text), options));
    }
    const auto time = modified_of(doors.store, key);
    if (!time) {
        // So that others need not wait for it to age; this failure is the one to tell.
        static_cast<void>(claim.end());
        return std::unexpected(time.error());
    }
    claim.time_ = *time;
    return claim;
}

Result<std::set<std::string>> Claim::marked() {
    std::vector<ObjectEntry> markers;
    TRY(doors_.store.list({.prefix = std::string(markers_prefix)}, [&](const ObjectEntry& entry) {
        markers.push_back(entry);
        return true;
    }));
    std::set<std::string> hashes;
    for (const ObjectEntry& marker : markers) {
        if (marker.info.modified && time_ - *marker.info.modified > marker_lifetime) {
            TRY(doors_.store.remove(marker.key));
            continue;
        }
        const auto bytes = get_bytes(doors_.store, marker.key, marker_max);
        if (!bytes && bytes.error().code == ErrorCode::not_found) {
            // Ended between listing and reading: what it stored is found by listing after this.
            continue;
        }
        if (!bytes) {
            return std::unexpected(bytes.error());
        }
        const Json json = TRY(Json::parse(as_text(*bytes)).with("reading `" + marker.key + "`"));
        const Json* list = json.find("paths");
        if (list == nullptr || list->as_array() == nullptr) {
            return fail(ErrorCode::corrupt, "`" + marker.key + "` is no marker of a push");
        }
        for (const Json& hash : *list->as_array()) {
            if (const std::string* text = hash.as_string()) {
                hashes.insert(*text);
            }
        }
    }
    return hashes;
}

Result<void> Claim::check() const {
    if (doors_.timer.elapsed() - written_ > claim_lifetime / 2) {
        return fail(
            ErrorCode::aborted,
            "the garbage collection takes too long to be safe",
            "run it again: what it has removed already stays removed"
        );
    }
    return {};
}

Result<void> Claim::end() {
    if (!check()) {
        return {};
    }
    return doors_.store.remove(std::string(claim_key));
}

} // namespace ducksnest::cache
