#pragma once

#include "base/bytes.h"
#include "base/digest.h"
#include "base/result.h"
#include "cache/chunk_index.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace ducksnest::cache {

/// A run of whole chunks of one archive: plain when it comes, compressed when it goes.
struct Block {
    Bytes plain{};
    std::vector<std::uint32_t> cuts{}; ///< Sizes of its chunks.
    Bytes packed{};
    std::vector<Chunk> chunks{};
    bool is_packed = false;
};

/// One archive on its way to the store: blocks in order, some of them still being compressed.
struct Parcel {
    std::size_t nar = 0;
    std::deque<std::shared_ptr<Block>> blocks{};
    std::size_t unpacked = 0;     ///< Blocks not compressed yet.
    std::size_t packed_bytes = 0; ///< Waiting to be sent.
    bool is_complete = false;     ///< No block will follow.
    bool is_dispatched = false;   ///< A sender has it, or will.
    std::optional<Error> failure{};
    // What is behind belongs to the sender.
    Sha256Hasher file_hash{};
    std::uint64_t file_size = 0;
    ChunkIndex index{};
    bool is_index_sent = false;
    Bytes current{}; ///< Being handed out.
    std::size_t current_taken = 0;
};

/// Where those who read and compress hand archives to those who send. Bounded: whoever would put
/// more into it than it holds compresses what lies there, or waits.
///
/// Every member is under `mutex`, and `changed` tells of every change.
struct Outbox {
    std::mutex mutex{};
    std::condition_variable changed{};
    std::deque<std::pair<std::shared_ptr<Parcel>, std::shared_ptr<Block>>> to_pack{};
    std::deque<std::shared_ptr<Parcel>> to_send{};
    std::size_t held = 0; ///< Bytes of all blocks.
    std::size_t producers = 0;
    std::optional<Error> failure{};

    void fail_all(Error error) {
        const std::lock_guard lock(mutex);
        if (!failure) {
            failure = std::move(error);
        }
        changed.notify_all();
    }
};

/// Most bytes in the outbox before producers pause.
inline constexpr std::size_t outbox_max = std::size_t{64} << 20U;
/// A parcel of up to so many compressed bytes is sent whole; a longer one while it is made.
inline constexpr std::size_t whole_max = std::size_t{8} << 20U;

/// Hands the parcel to the senders when it is time. With the outbox's mutex held.
void dispatch_when_ready(Outbox& outbox, const std::shared_ptr<Parcel>& parcel);

/// The next bytes of the compressed file, for a sender: waits for blocks that are not ready. Fewer
/// than asked for only at its end.
Result<std::size_t> take_bytes(Outbox& outbox, Parcel& parcel, std::span<std::uint8_t> out);

} // namespace ducksnest::cache
