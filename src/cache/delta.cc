#include "cache/delta.h"

#include "cache/compression.h"
#include "cache/restore.h"
#include "cache/survey.h"
#include "nar/writer.h"

#include <algorithm>

namespace ducksnest::cache {
namespace {

/// Smaller archives come faster whole: the index costs a call of its own.
constexpr std::uint64_t worth_min = std::uint64_t{128} << 10U;
/// One fetch, held in memory.
constexpr std::uint64_t fetch_max = std::uint64_t{2} << 20U;
/// From so many tenths on the whole file is faster; a call counts as so many bytes.
constexpr std::uint64_t worth_tenths = 7;
constexpr std::uint64_t call_cost = std::uint64_t{16} << 10U;
constexpr std::size_t read_size = std::size_t{256} << 10U;

/// Names and places of the chunks of a tree's archive.
Result<std::map<ChunkId, std::uint64_t>> chunks_of(TreeSource& tree) {
    std::map<ChunkId, std::uint64_t> found;
    Chunker chunker;
    Bytes chunk;
    std::uint64_t offset = 0;
    const auto end_chunk = [&] {
        found.emplace(chunk_id(chunk), offset);
        offset += chunk.size();
        chunk.clear();
    };
    TRY(nar::write(tree, [&](ByteView piece) -> Result<void> {
        while (!piece.empty()) {
            const std::size_t count = chunker.next_cut(piece);
            append(chunk, piece.first(count));
            piece = piece.subspan(count);
            if (chunker.is_cut()) {
                end_chunk();
            }
        }
        return {};
    }));
    if (!chunk.empty()) {
        end_chunk();
    }
    return found;
}

Result<std::optional<ChunkIndex>>
fetch_index(ObjectStore& store, const Narinfo& narinfo, std::uint64_t& moved) {
    const std::uint64_t file_size = *narinfo.file_size;
    // The exact size is not known before; an index is as long as average chunks make it, mostly.
    const std::uint64_t guess = std::min(chunk_index_max(narinfo.nar_size) / 2 + 64, file_size);
    for (const std::uint64_t size : {guess, std::min(guess * 2, file_size)}) {
        const Bytes tail = TRY(get_bytes(
            store,
            narinfo.url,
            static_cast<std::size_t>(size),
            {.range = {.offset = file_size - size, .length = size}}
        ));
        moved += tail.size();
        auto index = parse_chunk_index(tail, file_size, narinfo.nar_size);
        if (index) {
            return std::move(*index);
        }
        if (index.error().code == ErrorCode::not_found) {
            break;
        }
    }
    return std::nullopt;
}

class Assembly {
public:
    Assembly(
        ObjectStore& store,
        TreeSource& base,
        const nar::Layout& layout,
        const Narinfo& narinfo,
        TreeTarget& target,
        std::stop_token stop
    )
        : store_(store)
        , base_(base)
        , layout_(layout)
        , narinfo_(narinfo)
        , stop_(std::move(stop))
        , restorer_(narinfo, target) {}

    Result<void> run(std::span<const DeltaStep> steps) {
        for (const DeltaStep& step : steps) {
            TRY(step.file_size == 0 ? copy(step) : fetch(step));
        }
        return restorer_.finish();
    }
    std::uint64_t moved() const { return moved_; }

private:
    Result<void> copy(const DeltaStep& step) {
        Bytes part;
        for (std::uint64_t done = 0; done < step.nar_size; done += part.size()) {
            part.resize(
                static_cast<std::size_t>(std::min<std::uint64_t>(read_size, step.nar_size - done))
            );
            TRY(layout_.read(base_, step.base_offset + done, part));
            TRY(restorer_.add(part));
        }
        return {};
    }

    Result<void> fetch(const DeltaStep& step) {
        const auto decompressor = TRY(make_decompressor("zstd"));
        const PlainSink sink = [&](ByteView piece) { return restorer_.add(piece); };
        Result<void> outcome;
        const GetOptions part{
            .range = {.offset = step.file_offset, .length = step.file_size}, .stop = stop_
        };
        TRY(store_.get(narinfo_.url, part, [&](ByteView piece) {
            moved_ += piece.size();
            outcome = decompressor->feed(piece, sink);
            return outcome.has_value();
        }));
        TRY(outcome);
        return decompressor->finish(sink);
    }

    ObjectStore& store_;
    TreeSource& base_;
    const nar::Layout& layout_;
    const Narinfo& narinfo_;
    std::stop_token stop_;
    Restorer restorer_;
    std::uint64_t moved_ = 0;
};

bool is_worth_it(std::span<const DeltaStep> steps, std::uint64_t file_size) {
    std::uint64_t to_fetch = 0;
    for (const DeltaStep& step : steps) {
        to_fetch += step.file_size > 0 ? step.file_size + call_cost : 0;
    }
    return to_fetch * 10 < file_size * worth_tenths;
}

} // namespace

Result<std::optional<std::uint64_t>> restore_delta(
    ObjectStore& store,
    NixStore& nix,
    const PathRecord& base,
    const Narinfo& narinfo,
    TreeTarget& target,
    std::stop_token stop
) {
    if (narinfo.nar_size < worth_min || !narinfo.file_size ||
        narinfo.url != nar_key(narinfo.nar_hash) || narinfo.compression != "zstd") {
        return std::nullopt;
    }
    std::uint64_t moved = 0;
    const auto index = TRY(fetch_index(store, narinfo, moved));
    if (!index) {
        return std::nullopt;
    }
    const auto tree = nix.tree(base.path);
    // A base that cannot be read is none: the whole archive is fetched then.
    const auto known = chunks_of(*tree);
    const auto layout = nar::Layout::of(*tree);
    if (!known || !layout) {
        return std::nullopt;
    }
    const std::vector<DeltaStep> steps = plan_delta(*index, *known, fetch_max);
    if (!is_worth_it(steps, *narinfo.file_size)) {
        return std::nullopt;
    }
    Assembly assembly(store, *tree, *layout, narinfo, target, std::move(stop));
    TRY(assembly.run(steps).with(
        "putting together `" + narinfo.path.text() + "` from `" + base.path + "` and `" +
        narinfo.url + "`"
    ));
    return moved + assembly.moved();
}

} // namespace ducksnest::cache
