#pragma once

#include "base/result.h"
#include "cache/compression.h"
#include "cache/outbox.h"
#include "ports/nix_store.h"

#include <atomic>
#include <cstdint>
#include <memory>

namespace ducksnest::cache {

/// The level of the next block. Fixed, or led by how full the outbox is: full means that the link
/// is slower than we are, and more work per byte pays; empty means that we are what is waited for.
class LevelGuide {
public:
    explicit LevelGuide(int fixed)
        : fixed_(fixed)
        , level_(fixed != 0 ? fixed : start) {}
    int level() const { return level_; }
    /// Tells how many bytes the outbox holds.
    void observe(std::size_t held);

private:
    static constexpr int start = 2;
    int fixed_;
    std::atomic<int> level_;
    std::atomic<std::uint32_t> seen_{0};
};

/// One thread's part in making archives: reads a tree, hashes it, cuts it into blocks, and
/// compresses blocks, its own and those of others.
class Packer {
public:
    Packer(Outbox& outbox, LevelGuide& levels, std::atomic<std::uint64_t>& bytes_read)
        : outbox_(outbox)
        , levels_(levels)
        , bytes_read_(bytes_read) {}

    /// The whole archive of a tree into the outbox. What is wrong with the tree is told to whoever
    /// sends the parcel, and ends the push.
    void produce(std::size_t nar, TreeSource& tree, const PathRecord& record);
    /// Compresses one block of the outbox; false when there was none.
    bool pack_one();

private:
    Result<void>
    fill(const std::shared_ptr<Parcel>& parcel, TreeSource& tree, const PathRecord& record);
    Result<void> hand_on(const std::shared_ptr<Parcel>& parcel, std::shared_ptr<Block> block);
    void pack(Block& block);

    Outbox& outbox_;
    LevelGuide& levels_;
    std::atomic<std::uint64_t>& bytes_read_;
    FrameEncoder encoder_{};
    bool is_after_dense_ = false;
};

} // namespace ducksnest::cache
