#include "base/prng.h"
#include "cache/chunk_index.h"
#include "cache/compression.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <vector>

using namespace ducksnest;
using namespace ducksnest::cache;

namespace {

Bytes random_bytes(std::uint64_t seed, std::size_t size) {
    Bytes bytes(size);
    Prng(seed).fill(bytes);
    return bytes;
}

/// The chunks of bytes that come `step` at a time.
std::vector<Bytes> chunks_of(ByteView bytes, std::size_t step) {
    std::vector<Bytes> chunks(1);
    Chunker chunker;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        ByteView piece = bytes.subspan(at, std::min(step, bytes.size() - at));
        while (!piece.empty()) {
            const std::size_t count = chunker.next_cut(piece);
            append(chunks.back(), piece.first(count));
            piece = piece.subspan(count);
            if (chunker.is_cut()) {
                chunks.emplace_back();
            }
        }
    }
    if (chunks.back().empty()) {
        chunks.pop_back();
    }
    return chunks;
}

} // namespace

TEST_CASE("where a stream is cut does not depend on how it comes in") {
    const Bytes bytes = random_bytes(1, 3 << 20);
    const std::vector<Bytes> chunks = chunks_of(bytes, bytes.size());
    CHECK(chunks_of(bytes, 4099) == chunks);
    CHECK(chunks_of(bytes, 61) == chunks);
    Bytes joined;
    for (const Bytes& chunk : chunks) {
        append(joined, chunk);
        CHECK(chunk.size() <= chunk_max);
        CHECK((chunk.size() >= chunk_min || &chunk == &chunks.back()));
    }
    CHECK(joined == bytes);
    CHECK(chunks.size() > 40);
    CHECK(chunks.size() < 110);
}

TEST_CASE("a stream without variety is cut at the largest size") {
    const std::vector<Bytes> chunks = chunks_of(Bytes(chunk_max * 3 + 1, 7), 1000);
    REQUIRE(chunks.size() == 4);
    CHECK(chunks[2].size() == chunk_max);
    CHECK(chunks[3].size() == 1);
}

TEST_CASE("an insertion changes only the chunks beside it") {
    const Bytes before = random_bytes(2, 4 << 20);
    Bytes after = before;
    const Bytes inserted = random_bytes(3, 100);
    after.insert(after.begin() + std::ptrdiff_t{2 << 20}, inserted.begin(), inserted.end());
    std::set<ChunkId> known;
    for (const Bytes& chunk : chunks_of(before, before.size())) {
        known.insert(chunk_id(chunk));
    }
    std::size_t changed = 0;
    for (const Bytes& chunk : chunks_of(after, after.size())) {
        changed += known.contains(chunk_id(chunk)) ? 0U : 1U;
    }
    CHECK(changed >= 1);
    CHECK(changed <= 3);
}

TEST_CASE("chunks are told apart by every bit and by their length") {
    std::set<ChunkId> ids;
    for (std::size_t size = 0; size < 70; ++size) {
        Bytes bytes(size);
        ids.insert(chunk_id(bytes));
        for (std::size_t bit = 0; bit < size * std::size_t{8}; ++bit) {
            bytes[bit / 8] = static_cast<std::uint8_t>(1U << (bit % 8));
            ids.insert(chunk_id(bytes));
            bytes[bit / 8] = 0;
        }
    }
    CHECK(ids.size() == 70 + std::size_t{8} * 69 * 70 / 2);
}

TEST_CASE("an index is read back from the end of its file") {
    ChunkIndex index;
    index.chunks.push_back({.id = {{1, 2}}, .nar_size = 40'000, .file_size = 10'000});
    index.chunks.push_back({.id = {{3, ~std::uint64_t{0}}}, .nar_size = 5, .file_size = 14});
    const Bytes frame = format_chunk_index(index);
    CHECK(frame.size() <= chunk_index_max(40'005));
    Bytes tail = to_bytes("what stands before it");
    append(tail, frame);
    const std::uint64_t file_size = 10'014 + frame.size();
    CHECK(parse_chunk_index(tail, file_size, 40'005).value() == index);

    CHECK(parse_chunk_index(tail, file_size, 40'004).error().code == ErrorCode::corrupt);
    CHECK(parse_chunk_index(tail, file_size + 1, 40'005).error().code == ErrorCode::corrupt);
    CHECK(
        parse_chunk_index(to_bytes("a file without"), 14, 1).error().message ==
        "the archive has no chunk index"
    );
    for (std::size_t at = tail.size() - 16; at < tail.size(); ++at) {
        Bytes damaged = tail;
        damaged[at] ^= 0x40U;
        CHECK_FALSE(parse_chunk_index(damaged, file_size, 40'005));
    }
}

TEST_CASE("frames behind one another are one file, and the index is skipped") {
    const Bytes first = random_bytes(4, 100'000);
    const Bytes second(300'000, 'd');
    FrameEncoder encoder;
    Bytes file;
    encoder.append_frame(file, first, 3);
    encoder.append_frame(file, second, -5);
    append(file, format_chunk_index({}));
    CHECK(encoder.is_dense(first));
    CHECK_FALSE(encoder.is_dense(second));

    Bytes plain;
    const PlainSink sink = [&](ByteView piece) -> Result<void> {
        append(plain, piece);
        return {};
    };
    const auto decompressor = make_decompressor("zstd").value();
    for (std::size_t at = 0; at < file.size(); at += 777) {
        REQUIRE(decompressor->feed(
            ByteView(file).subspan(at, std::min<std::size_t>(777, file.size() - at)), sink
        ));
    }
    REQUIRE(decompressor->finish(sink));
    Bytes both = first;
    append(both, second);
    CHECK(plain == both);
}

TEST_CASE("data that is damaged, cut or of another kind is refused") {
    Bytes file;
    FrameEncoder().append_frame(file, Bytes(100'000, 'd'), 3);
    const PlainSink sink = [](ByteView) -> Result<void> { return {}; };
    const auto cut = make_decompressor("zstd").value();
    REQUIRE(cut->feed(ByteView(file).first(file.size() - 1), sink));
    CHECK(cut->finish(sink).error().message == "the zstd data ends too early");
    const auto damaged = make_decompressor("zstd").value();
    file[0] ^= 1U;
    CHECK(
        damaged->feed(file, sink).error().message == "invalid zstd data: Unknown frame descriptor"
    );
    const auto xz = make_decompressor("xz").value();
    CHECK(xz->feed(file, sink).error().message == "invalid xz data");
    CHECK(
        make_decompressor("br").error().message == "archives compressed with `br` cannot be read"
    );
}
