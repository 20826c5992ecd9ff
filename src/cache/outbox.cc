#include "cache/outbox.h"

#include <algorithm>

namespace ducksnest::cache {
namespace {

/// An archive of one chunk has nothing to find in common.
constexpr std::size_t chunks_worth_an_index = 2;

/// Makes the next block current. False at the end of the file.
Result<bool> next_block(Outbox& outbox, Parcel& parcel) {
    parcel.current.clear();
    parcel.current_taken = 0;
    std::unique_lock lock(outbox.mutex);
    outbox.changed.wait(lock, [&] {
        return outbox.failure || parcel.failure ||
               (parcel.blocks.empty() ? parcel.is_complete : parcel.blocks.front()->is_packed);
    });
    if (parcel.failure || outbox.failure) {
        return std::unexpected(parcel.failure ? *parcel.failure : *outbox.failure);
    }
    if (!parcel.blocks.empty()) {
        Block& block = *parcel.blocks.front();
        parcel.current = std::move(block.packed);
        parcel.index.chunks.insert(
            parcel.index.chunks.end(), block.chunks.begin(), block.chunks.end()
        );
        parcel.packed_bytes -= parcel.current.size();
        outbox.held -= parcel.current.size();
        parcel.blocks.pop_front();
        outbox.changed.notify_all();
    } else if (!parcel.is_index_sent && parcel.index.chunks.size() >= chunks_worth_an_index) {
        parcel.current = format_chunk_index(parcel.index);
        parcel.is_index_sent = true;
    } else {
        return false;
    }
    lock.unlock();
    parcel.file_hash.update(parcel.current);
    parcel.file_size += parcel.current.size();
    return true;
}

} // namespace

void dispatch_when_ready(Outbox& outbox, const std::shared_ptr<Parcel>& parcel) {
    const bool is_whole = parcel->is_complete && parcel->unpacked == 0;
    if (!parcel->is_dispatched && (is_whole || parcel->packed_bytes > whole_max)) {
        parcel->is_dispatched = true;
        outbox.to_send.push_back(parcel);
    }
    outbox.changed.notify_all();
}

Result<std::size_t> take_bytes(Outbox& outbox, Parcel& parcel, std::span<std::uint8_t> out) {
    std::size_t done = 0;
    while (done < out.size()) {
        if (parcel.current_taken == parcel.current.size() && !TRY(next_block(outbox, parcel))) {
            break;
        }
        const std::size_t count =
            std::min(out.size() - done, parcel.current.size() - parcel.current_taken);
        std::copy_n(
            parcel.current.begin() + static_cast<std::ptrdiff_t>(parcel.current_taken),
            count,
            out.begin() + static_cast<std::ptrdiff_t>(done)
        );
        parcel.current_taken += count;
        done += count;
    }
    return done;
}

} // namespace ducksnest::cache
