#include "cache/packer.h"

#include "base/digest.h"
#include "cache/chunker.h"
#include "cache/nar_hash.h"
#include "nar/writer.h"

#include <algorithm>
#include <utility>

namespace ducksnest::cache {
namespace {

/// A block is compressed in one go: long enough to be worth handing over, short enough to share.
constexpr std::size_t block_size = std::size_t{1} << 20U;
/// Blocks of one archive that may wait for a free core.
constexpr std::size_t unpacked_max = 4;

/// What does not shrink is only framed: zstd's fastest way to find that out.
constexpr int dense_level = -7;
/// What shrinks by less than one part in so many was not worth it.
constexpr std::uint32_t dense_part = 32;
constexpr int auto_level_min = 1;
constexpr int auto_level_max = 12;
/// The level moves once in so many blocks, so that its effect can be seen.
constexpr std::uint32_t observe_every = 8;

/// Gathers the pieces of an archive into blocks of whole chunks.
class BlockMaker {
public:
    /// Adds bytes of one chunk at most; the block is full when the answer is not null.
    std::size_t add(ByteView piece) {
        if (!block_) {
            block_ = std::make_shared<Block>();
            block_->plain.reserve(block_size + chunk_max);
        }
        const std::size_t count = chunker_.next_cut(piece);
        append(block_->plain, piece.first(count));
        chunk_size_ += static_cast<std::uint32_t>(count);
        if (chunker_.is_cut()) {
            end_chunk();
        }
        return count;
    }
    bool is_full() const {
        return block_ && chunk_size_ == 0 && block_->plain.size() >= block_size;
    }
    std::shared_ptr<Block> take() { return std::move(block_); }
    std::shared_ptr<Block> finish() {
        if (chunk_size_ > 0) {
            end_chunk();
        }
        return std::move(block_);
    }

private:
    void end_chunk() {
        block_->cuts.push_back(chunk_size_);
        chunk_size_ = 0;
    }

    Chunker chunker_{};
    std::uint32_t chunk_size_ = 0;
    std::shared_ptr<Block> block_{};
};

} // namespace

void LevelGuide::observe(std::size_t held) {
    if (fixed_ != 0 || ++seen_ % observe_every != 0) {
        return;
    }
    if (held > outbox_max / 2) {
        level_ = std::min(level_ + 1, auto_level_max);
    } else if (held < outbox_max / 4) {
        level_ = std::max(level_ - 1, auto_level_min);
    }
}

void Packer::pack(Block& block) {
    const int level = levels_.level();
    ByteView rest = block.plain;
    // Room for the worst case, so that nothing is moved while it grows.
    block.packed.reserve(block.plain.size() + block.plain.size() / 64 + block.cuts.size() * 512);
    for (const std::uint32_t size : block.cuts) {
        const ByteView content = rest.first(size);
        rest = rest.subspan(size);
        // Samples cost time: only what follows on something dense is asked.
        const bool is_dense = is_after_dense_ && encoder_.is_dense(content);
        const std::size_t file_size =
            encoder_.append_frame(block.packed, content, is_dense ? dense_level : level);
        is_after_dense_ = file_size > size - size / dense_part;
        block.chunks.push_back(
            {.id = chunk_id(content),
             .nar_size = size,
             .file_size = static_cast<std::uint32_t>(file_size)}
        );
    }
    // Bounds of compressed sizes are generous.
    block.packed.shrink_to_fit();
}

bool Packer::pack_one() {
    std::unique_lock lock(outbox_.mutex);
    if (outbox_.to_pack.empty()) {
        return false;
    }
    const auto [parcel, block] = std::move(outbox_.to_pack.front());
    outbox_.to_pack.pop_front();
    lock.unlock();
    pack(*block);
    lock.lock();
    levels_.observe(outbox_.held);
    outbox_.held += block->packed.size();
    outbox_.held -= block->plain.size();
    block->plain = Bytes();
    block->is_packed = true;
    parcel->packed_bytes += block->packed.size();
    --parcel->unpacked;
    dispatch_when_ready(outbox_, parcel);
    return true;
}

Result<void> Packer::hand_on(const std::shared_ptr<Parcel>& parcel, std::shared_ptr<Block> block) {
    std::unique_lock lock(outbox_.mutex);
    outbox_.held += block->plain.size();
    ++parcel->unpacked;
    parcel->blocks.push_back(block);
    outbox_.to_pack.emplace_back(parcel, std::move(block));
    outbox_.changed.notify_all();
    while (!outbox_.failure && (parcel->unpacked > unpacked_max || outbox_.held > outbox_max)) {
        if (!outbox_.to_pack.empty()) {
            lock.unlock();
            pack_one();
            lock.lock();
            continue;
        }
        outbox_.changed.wait(lock);
    }
    return outbox_.failure ? Result<void>(std::unexpected(*outbox_.failure)) : Result<void>();
}

Result<void>
Packer::fill(const std::shared_ptr<Parcel>& parcel, TreeSource& tree, const PathRecord& record) {
    Sha256Hasher hash;
    std::uint64_t size = 0;
    BlockMaker maker;
    TRY(nar::write(tree, [&](ByteView piece) -> Result<void> {
        hash.update(piece);
        size += piece.size();
        bytes_read_ += piece.size();
        while (!piece.empty()) {
            piece = piece.subspan(maker.add(piece));
            if (maker.is_full()) {
                TRY(hand_on(parcel, maker.take()));
            }
        }
        return {};
    }));
    const Sha256 found = hash.finish();
    if (found != record.nar_hash || size != record.nar_size) {
        return fail(
            ErrorCode::corrupt,
            "`" + record.path + "` is not what the Nix database says: its hash is " +
                format_hash(found) + ", not " + format_hash(record.nar_hash),
            "`nix-store --verify --check-contents --repair` mends the local store"
        );
    }
    if (auto last = maker.finish()) {
        TRY(hand_on(parcel, std::move(last)));
    }
    return {};
}

void Packer::produce(std::size_t nar, TreeSource& tree, const PathRecord& record) {
    auto parcel = std::make_shared<Parcel>();
    parcel->nar = nar;
    const Result<void> filled = fill(parcel, tree, record);
    {
        const std::lock_guard lock(outbox_.mutex);
        parcel->is_complete = true;
        if (!filled) {
            parcel->failure = filled.error();
            if (!outbox_.failure) {
                outbox_.failure = filled.error();
            }
        }
        dispatch_when_ready(outbox_, parcel);
    }
}

} // namespace ducksnest::cache
