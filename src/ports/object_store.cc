#include "ports/object_store.h"

#include "ports/tree_path.h"

#include <algorithm>

namespace ducksnest {

ObjectSource ObjectSource::of(ByteView bytes) {
    return {
        .size = bytes.size(),
        .read = [bytes](std::uint64_t offset, std::span<std::uint8_t> out) -> Result<std::size_t> {
            const ByteView rest = bytes.subspan(std::min<std::uint64_t>(offset, bytes.size()));
            const std::size_t count = std::min(rest.size(), out.size());
            std::copy_n(rest.begin(), count, out.begin());
            return count;
        }
    };
}

Result<void> check_object_key(std::string_view key) {
    TRY(check_tree_path(key));
    if (key.size() > object_key_max) {
        return fail(
            ErrorCode::invalid,
            "a key of " + std::to_string(key.size()) + " bytes is longer than " +
                std::to_string(object_key_max)
        );
    }
    if (key.front() == '.' || key.find("/.") != std::string_view::npos) {
        return fail(
            ErrorCode::invalid, "key `" + std::string(key) + "` has a part that begins with a dot"
        );
    }
    return {};
}

Result<Bytes> get_bytes(
    ObjectStore& store, const std::string& key, std::size_t size_max, const GetOptions& options
) {
    Bytes bytes;
    bool is_too_long = false;
    TRY(store.get(key, options, [&](ByteView piece) {
        is_too_long = piece.size() > size_max - bytes.size();
        if (!is_too_long) {
            append(bytes, piece);
        }
        return !is_too_long;
    }));
    if (is_too_long) {
        return fail(
            ErrorCode::corrupt,
            "`" + key + "` is longer than " + std::to_string(size_max) + " bytes"
        );
    }
    return bytes;
}

Result<ObjectInfo>
put_bytes(ObjectStore& store, const std::string& key, ByteView bytes, const PutOptions& options) {
    return store.put(key, ObjectSource::of(bytes), options);
}

} // namespace ducksnest
