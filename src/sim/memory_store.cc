#include "sim/memory_store.h"

#include "base/digest.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::sim {
namespace {

constexpr std::size_t piece_size = 64UL * 1024;

/// The whole source; its length must be what it says.
Result<Bytes> read_source(const ObjectSource& source, const PutOptions& options) {
    Bytes bytes;
    Bytes piece(piece_size);
    while (true) {
        if (options.stop.stop_requested()) {
            return fail(ErrorCode::interrupted, "stopped while storing");
        }
        const std::size_t got = TRY(source.read(bytes.size(), piece));
        if (got == 0) {
            break;
        }
        append(bytes, ByteView(piece).subspan(0, got));
    }
    if (source.size && bytes.size() < *source.size) {
        return fail(
            ErrorCode::invalid,
            fmt::format("the source ends after {} of {} bytes", bytes.size(), *source.size)
        );
    }
    if (source.size && bytes.size() > *source.size) {
        return fail(
            ErrorCode::invalid, fmt::format("the source is longer than {} bytes", *source.size)
        );
    }
    if (options.sha256 && sha256(bytes) != *options.sha256) {
        return fail(ErrorCode::corrupt, "the bytes do not have the SHA-256 they should");
    }
    return bytes;
}

} // namespace

bool MemoryStore::draw(Ratio StoreFaults::* fault) {
    const std::scoped_lock lock(mutex_);
    return prng_.chance(faults_.*fault);
}

std::optional<Error> MemoryStore::trouble(std::string_view call, const std::string& key) {
    if (interruption_) {
        interruption_(call, key);
    }
    const auto error = [&](std::string_view answer) {
        return Error{
            .code = ErrorCode::unavailable,
            .message = fmt::format("{} `{}` failed: {}", call, key, answer)
        };
    };
    if (draw(&StoreFaults::server_error)) {
        return error("500 InternalError");
    }
    if (draw(&StoreFaults::slow_down)) {
        return error("503 SlowDown");
    }
    return std::nullopt;
}

Result<ObjectInfo>
MemoryStore::get(const std::string& key, const GetOptions& options, const ByteReceiver& receiver) {
    TRY(check_object_key(key));
    if (std::optional<Error> error = trouble("get", key); error) {
        return std::unexpected(std::move(*error));
    }
    Object found;
    {
        const std::scoped_lock lock(mutex_);
        const auto it = objects_.find(key);
        if (it == objects_.end()) {
            return fail(ErrorCode::not_found, "there is no object `" + key + "`");
        }
        found = it->second;
    }
    if (!options.if_match.empty() && found.info.etag != options.if_match) {
        return fail(ErrorCode::aborted, "`" + key + "` has changed");
    }
    const ByteRange& range = options.range;
    if (range.offset > 0 && range.offset >= found.info.size) {
        return fail(ErrorCode::invalid, fmt::format("`{}` has no byte {}", key, range.offset));
    }
    ByteView rest = ByteView(*found.bytes).subspan(range.offset);
    rest =
        rest.subspan(0, std::min<std::uint64_t>(range.length.value_or(rest.size()), rest.size()));
    const bool is_reset = draw(&StoreFaults::reset);
    const bool is_truncated = draw(&StoreFaults::truncated);
    if (is_reset || is_truncated) {
        const std::scoped_lock lock(mutex_);
        rest = rest.subspan(0, prng_.below(rest.size() + 1));
    }
    while (!rest.empty()) {
        if (options.stop.stop_requested()) {
            return fail(ErrorCode::interrupted, "stopped while reading `" + key + "`");
        }
        const ByteView piece = rest.subspan(0, std::min(piece_size, rest.size()));
        if (!receiver(piece)) {
            return found.info;
        }
        rest = rest.subspan(piece.size());
    }
    if (is_reset) {
        return fail(ErrorCode::unavailable, "get `" + key + "` failed: the connection broke");
    }
    if (is_truncated) {
        return fail(ErrorCode::corrupt, "get `" + key + "` failed: the body is cut off");
    }
    return found.info;
}

Result<ObjectInfo>
MemoryStore::store(const std::string& key, Bytes bytes, const PutOptions& options) {
    const std::scoped_lock lock(mutex_);
    const auto it = objects_.find(key);
    if (options.if_absent && it != objects_.end()) {
        return fail(ErrorCode::conflict, "there is an object `" + key + "` already");
    }
    if (!options.if_match.empty() &&
        (it == objects_.end() || it->second.info.etag != options.if_match)) {
        return fail(ErrorCode::conflict, "`" + key + "` has changed");
    }
    Object object = {
        .bytes = std::make_shared<const Bytes>(std::move(bytes)),
        .info = {.etag = fmt::format("{:x}", ++writes_), .modified = clock_.now()},
        .content_type = options.content_type,
        .cache_control = options.cache_control,
    };
    object.info.size = object.bytes->size();
    const ObjectInfo info = object.info;
    objects_.insert_or_assign(key, std::move(object));
    return info;
}

Result<ObjectInfo>
MemoryStore::put(const std::string& key, const ObjectSource& source, const PutOptions& options) {
    TRY(check_object_key(key));
    if (std::optional<Error> error = trouble("put", key); error) {
        return std::unexpected(std::move(*error));
    }
    ObjectInfo info = TRY(store(key, TRY(read_source(source, options)), options));
    if (draw(&StoreFaults::lost_reply)) {
        return fail(ErrorCode::timeout, "put `" + key + "` failed: no answer");
    }
    return info;
}

Result<std::optional<ObjectInfo>> MemoryStore::head(const std::string& key) {
    TRY(check_object_key(key));
    if (std::optional<Error> error = trouble("head", key); error) {
        return std::unexpected(std::move(*error));
    }
    const std::scoped_lock lock(mutex_);
    const auto it = objects_.find(key);
    return it == objects_.end() ? std::nullopt : std::optional(it->second.info);
}

Result<void> MemoryStore::list(const ListQuery& query, const EntryReceiver& receiver) {
    std::string last = query.start_after;
    bool is_inclusive = last < query.prefix;
    if (is_inclusive) {
        last = query.prefix;
    }
    if (std::optional<Error> error = trouble("list", query.prefix); error) {
        return std::unexpected(std::move(*error));
    }
    // One entry at a time: the receiver may change the store.
    while (true) {
        if (query.stop.stop_requested()) {
            return fail(ErrorCode::interrupted, "stopped while listing");
        }
        ObjectEntry entry;
        {
            const std::scoped_lock lock(mutex_);
            const auto it = is_inclusive ? objects_.lower_bound(last) : objects_.upper_bound(last);
            if (it == objects_.end() || !it->first.starts_with(query.prefix)) {
                return {};
            }
            entry = {.key = it->first, .info = it->second.info};
        }
        is_inclusive = false;
        last = entry.key;
        if (!receiver(entry)) {
            return {};
        }
    }
}

Result<void> MemoryStore::remove(const std::string& key) {
    TRY(check_object_key(key));
    if (std::optional<Error> error = trouble("remove", key); error) {
        return std::unexpected(std::move(*error));
    }
    {
        const std::scoped_lock lock(mutex_);
        objects_.erase(key);
    }
    if (draw(&StoreFaults::lost_reply)) {
        return fail(ErrorCode::timeout, "remove `" + key + "` failed: no answer");
    }
    return {};
}

void MemoryStore::set_faults(StoreFaults faults) {
    const std::scoped_lock lock(mutex_);
    faults_ = faults;
}

std::map<std::string, MemoryStore::Object> MemoryStore::objects() const {
    const std::scoped_lock lock(mutex_);
    return objects_;
}

void MemoryStore::damage(const std::string& key, std::size_t offset) {
    const std::scoped_lock lock(mutex_);
    const auto it = objects_.find(key);
    if (it != objects_.end() && offset < it->second.bytes->size()) {
        Bytes bytes = *it->second.bytes;
        bytes[offset] ^= 1U;
        it->second.bytes = std::make_shared<const Bytes>(std::move(bytes));
    }
}

} // namespace ducksnest::sim
