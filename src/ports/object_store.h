#pragma once

#include "base/bytes.h"
#include "base/digest.h"
#include "base/result.h"
#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace ducksnest {

/// What a store says about an object without its bytes.
struct ObjectInfo {
    std::uint64_t size = 0; ///< Of the whole object, in bytes.
    /// Opaque name of this very content, without quotes; "" when the server gives none. Compare it
    /// only with another one of the same store.
    std::string etag{};
    std::optional<Instant> modified{}; ///< When it was stored, by the clock of the store.

    bool operator==(const ObjectInfo&) const = default;
};

struct ObjectEntry {
    std::string key{};
    ObjectInfo info{};
};

/// Where the bytes to store come from. With a `size` it is read at any offset, again for a retry,
/// and by several threads at once, like pread(2). Without one it is read once from front to end by
/// one thread at a time, until a call returns 0.
struct ObjectSource {
    std::optional<std::uint64_t> size{};
    /// Fills `out` with the bytes from `offset` on and says how many there were: fewer than asked
    /// for only at the end. A failure ends the put with that error, and nothing is stored.
    std::function<Result<std::size_t>(std::uint64_t offset, std::span<std::uint8_t> out)> read{};

    /// The bytes themselves, which must outlive every put of it.
    static ObjectSource of(ByteView bytes);
};

/// A part of an object's bytes. One that begins behind the end is `invalid`.
struct ByteRange {
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length{}; ///< None is all the rest; may reach over the end.
};

struct GetOptions {
    ByteRange range{};
    std::string if_match{}; ///< When set: `aborted` if the object has another etag by now.
    /// Compare a whole object with the checksum that its store may keep; `corrupt` at the end when
    /// it differs. A caller who knows the digest himself saves hashing everything twice.
    bool is_checked = true;
    std::stop_token stop{};
};

struct PutOptions {
    std::string content_type = "application/octet-stream";
    std::string cache_control{}; ///< "max-age=…", as HTTP readers of the bucket get it back.
    /// `conflict` when the key is taken; of several writers at once exactly one succeeds.
    bool if_absent = false;
    /// When set: `conflict` unless the object has this etag. Not together with `if_absent`.
    std::string if_match{};
    /// Of the whole content when the caller knows it: saves reading the source once more, and other
    /// bytes are refused (`corrupt`).
    std::optional<Sha256> sha256{};
    std::stop_token stop{};
};

struct ListQuery {
    std::string prefix{};      ///< "" lists all; "nar/" a folder. Any beginning of a key will do.
    std::string start_after{}; ///< Only keys that sort behind it.
    std::stop_token stop{};
};

/// Takes an object's bytes piece by piece; false ends the call early, which is no error.
using ByteReceiver = std::function<bool(ByteView piece)>;
using EntryReceiver = std::function<bool(const ObjectEntry& entry)>;

/// Longest key, in bytes (Amazon S3 User Guide, "Naming Amazon S3 objects").
inline constexpr std::size_t object_key_max = 1024;

/// Whether a key can be stored by every store: a path as in a Tree (`check_tree_path`), valid in
/// length, and no part that begins with a dot, which stores keep for themselves. `invalid`.
Result<void> check_object_key(std::string_view key);

/// A bucket: bytes under keys. A key is "nar/abc.nar.zst", see `check_object_key`. Safe to call
/// from many threads at once; calls that overlap go over connections of their own, so that parallel
/// callers are how latency is hidden. Every call retries by itself what can be repeated safely,
/// with pauses, until its attempts are used up: an error is final.
///
/// Writing is all or nothing: readers see the old object or the whole new one, and once a put has
/// returned every reader sees it. A put that fails with `unavailable`, `timeout` or `interrupted`
/// may have taken place.
///
/// Errors: `not_found` (no such object or bucket), `conflict` (a condition of a put does not hold),
/// `aborted` (the object changed while it was read), `invalid` (key, range, or a source shorter or
/// longer than it said), `corrupt` (bytes changed on the way, in either direction),
/// `unauthenticated` (credentials missing, wrong or expired), `denied` (not allowed, or the store
/// is read-only), `unavailable` and `timeout` (after all retries), `unsupported` (this kind of
/// store cannot do it), `interrupted` (the caller's stop).
class ObjectStore {
public:
    virtual ~ObjectStore() = default;

    /// Hands over the bytes in order, each exactly once, also across a broken connection; never
    /// bytes of two versions. The answer says what was read from. Success means that all bytes were
    /// handed over, unless the receiver ended it. The receiver runs on the caller's thread.
    virtual Result<ObjectInfo>
    get(const std::string& key, const GetOptions& options, const ByteReceiver& receiver) = 0;
    /// Creates or replaces. Large or endless sources go in parts, some of them at once; what a
    /// failed put has left behind is removed.
    virtual Result<ObjectInfo>
    put(const std::string& key, const ObjectSource& source, const PutOptions& options) = 0;
    /// Nothing when there is no such object.
    virtual Result<std::optional<ObjectInfo>> head(const std::string& key) = 0;
    /// Every object whose key begins with the prefix, by rising bytes of the key, page by page:
    /// memory does not grow with their number. Objects that come or go meanwhile may be in it or
    /// not. Disjoint prefixes can be listed at once.
    virtual Result<void> list(const ListQuery& query, const EntryReceiver& receiver) = 0;
    /// An object that is not there is no error.
    virtual Result<void> remove(const std::string& key) = 0;
};

/// A whole object in memory; `corrupt` when it is longer than `size_max` bytes, and then no more
/// than that is kept.
Result<Bytes> get_bytes(
    ObjectStore& store, const std::string& key, std::size_t size_max, const GetOptions& options = {}
);
/// Stores bytes that are in memory.
Result<ObjectInfo> put_bytes(
    ObjectStore& store, const std::string& key, ByteView bytes, const PutOptions& options = {}
);

} // namespace ducksnest
