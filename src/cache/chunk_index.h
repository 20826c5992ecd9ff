#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "cache/chunker.h"

#include <cstdint>
#include <vector>

namespace ducksnest::cache {

/// One chunk of an archive: a frame of its own in the compressed file.
struct Chunk {
    ChunkId id{};
    std::uint32_t nar_size = 0;  ///< Bytes of the archive.
    std::uint32_t file_size = 0; ///< Bytes of its frame.

    bool operator==(const Chunk&) const = default;
};

/// Every chunk of an archive, in order. Stands at the end of `nar/….nar.zst` as a frame that
/// decompressors skip, so that archive and index are one object and never disagree.
struct ChunkIndex {
    std::vector<Chunk> chunks{};
    bool operator==(const ChunkIndex&) const = default;
};

/// The frame at the end of the file.
Bytes format_chunk_index(const ChunkIndex& index);
/// Most bytes that the frame of an archive of this size can take.
std::uint64_t chunk_index_max(std::uint64_t nar_size);
/// Reads the frame from a file's last bytes, and checks it against the sizes of file and archive.
/// `not_found` when there is none, `corrupt` when it does not add up.
Result<ChunkIndex>
parse_chunk_index(ByteView tail, std::uint64_t file_size, std::uint64_t nar_size);

} // namespace ducksnest::cache
