#include "cache/chunk_index.h"

#include "cache/compression.h"

#include <cstddef>
#include <string_view>

namespace ducksnest::cache {
namespace {

/// Per chunk: two words of its name, its two sizes. Behind them their number and the magic text, so
/// that the frame can be read from its end.
constexpr std::size_t entry_size = 24;
constexpr std::string_view index_magic = "dnchunk1";
constexpr std::size_t footer_size = 8 + index_magic.size();

void append_word(Bytes& out, std::uint64_t value, unsigned int bits) {
    for (unsigned int shift = 0; shift < bits; shift += 8) {
        out.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

std::uint64_t word_at(ByteView bytes, std::size_t at, unsigned int bits) {
    std::uint64_t value = 0;
    for (unsigned int shift = 0; shift < bits; shift += 8) {
        value |= static_cast<std::uint64_t>(bytes[at + shift / 8]) << shift;
    }
    return value;
}

} // namespace

Bytes format_chunk_index(const ChunkIndex& index) {
    Bytes content;
    content.reserve(index.chunks.size() * entry_size + footer_size);
    for (const Chunk& chunk : index.chunks) {
        append_word(content, chunk.id.words[0], 64);
        append_word(content, chunk.id.words[1], 64);
        append_word(content, chunk.nar_size, 32);
        append_word(content, chunk.file_size, 32);
    }
    append_word(content, index.chunks.size(), 64);
    append(content, as_bytes(index_magic));
    Bytes frame;
    append_skippable_frame(frame, content);
    return frame;
}

std::uint64_t chunk_index_max(std::uint64_t nar_size) {
    return skippable_header + (nar_size / chunk_min + 1) * entry_size + footer_size;
}

Result<ChunkIndex>
parse_chunk_index(ByteView tail, std::uint64_t file_size, std::uint64_t nar_size) {
    if (tail.size() < skippable_header + footer_size ||
        as_text(tail.last(index_magic.size())) != index_magic) {
        return fail(ErrorCode::not_found, "the archive has no chunk index");
    }
    const auto corrupt = [] {
        return fail(ErrorCode::corrupt, "the archive's chunk index does not fit the archive");
    };
    const std::uint64_t count = word_at(tail, tail.size() - footer_size, 64);
    if (count > (tail.size() - skippable_header - footer_size) / entry_size) {
        return corrupt();
    }
    const std::size_t content_size = static_cast<std::size_t>(count) * entry_size + footer_size;
    const ByteView frame = tail.last(skippable_header + content_size);
    if (word_at(frame, 0, 32) != skippable_magic || word_at(frame, 4, 32) != content_size) {
        return corrupt();
    }
    ChunkIndex index;
    std::uint64_t nar_sum = 0;
    std::uint64_t file_sum = frame.size();
    for (std::size_t at = skippable_header; index.chunks.size() < count; at += entry_size) {
        index.chunks.push_back(
            {.id = {{word_at(frame, at, 64), word_at(frame, at + 8, 64)}},
             .nar_size = static_cast<std::uint32_t>(word_at(frame, at + 16, 32)),
             .file_size = static_cast<std::uint32_t>(word_at(frame, at + 20, 32))}
        );
        const Chunk& chunk = index.chunks.back();
        if (chunk.nar_size == 0 || chunk.nar_size > chunk_max || chunk.file_size == 0) {
            return corrupt();
        }
        nar_sum += chunk.nar_size;
        file_sum += chunk.file_size;
    }
    if (nar_sum != nar_size || file_sum != file_size) {
        return corrupt();
    }
    return index;
}

} // namespace ducksnest::cache
