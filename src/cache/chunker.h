#pragma once

#include "base/bytes.h"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

namespace ducksnest::cache {

/// Sizes of chunks, in bytes. Small ones find more in common between two archives, large ones
/// compress better alone: at 48 KiB on average archives grow by about a tenth.
inline constexpr std::size_t chunk_min = std::size_t{16} << 10U;
inline constexpr std::size_t chunk_max = std::size_t{256} << 10U;

/// Names the content of a chunk. Made for speed, not against malice: two chunks of one name are
/// found out by the archive's SHA-256.
struct ChunkId {
    std::array<std::uint64_t, 2> words{};
    auto operator<=>(const ChunkId&) const = default;
};
ChunkId chunk_id(ByteView content);

/// Cuts a stream where its content says so, so that a change moves only the cuts beside it: a
/// rolling hash over the last 64 bytes (gear hashing, as in FastCDC, Xia et al., USENIX ATC 2016).
class Chunker {
public:
    /// How many bytes of `more` still belong to the chunk that is being read. All of them means
    /// that the chunk may go on; `is_cut` tells when it ends exactly there.
    std::size_t next_cut(ByteView more);
    bool is_cut() const { return is_cut_; }

private:
    std::size_t size_ = 0; ///< Of the chunk so far.
    std::uint64_t hash_ = 0;
    bool is_cut_ = false;
};

} // namespace ducksnest::cache
