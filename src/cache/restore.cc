#include "cache/restore.h"

#include "cache/nar_hash.h"
#include "nar/writer.h"

#include <utility>

namespace ducksnest::cache {
namespace {

constexpr std::string_view mend_help =
    "`ducksnest cache verify --repair` finds what is damaged, so that the next push stores it anew";

} // namespace

Result<void> Restorer::finish() {
    TRY(reader_.finish());
    if (reader_.offset() != narinfo_.nar_size) {
        return fail(
            ErrorCode::corrupt,
            "the archive has " + std::to_string(reader_.offset()) + " bytes, not " +
                std::to_string(narinfo_.nar_size)
        );
    }
    const Sha256 found = hash_.finish();
    if (found != narinfo_.nar_hash) {
        return fail(
            ErrorCode::corrupt,
            "the archive has the hash " + format_hash(found) + ", not " +
                format_hash(narinfo_.nar_hash)
        );
    }
    return {};
}

Result<std::uint64_t>
restore(ObjectStore& store, const Narinfo& narinfo, TreeTarget& target, std::stop_token stop) {
    const auto named = [&](Error error) {
        error.context.emplace_back(
            "fetching `" + narinfo.path.text() + "` from `" + narinfo.url + "`"
        );
        if (error.help.empty() && error.code == ErrorCode::corrupt) {
            error.help = mend_help;
        }
        return std::unexpected(std::move(error));
    };
    auto decompressor = make_decompressor(narinfo.compression);
    if (!decompressor) {
        return named(decompressor.error());
    }
    Restorer restorer(narinfo, target);
    const PlainSink sink = [&](ByteView piece) { return restorer.add(piece); };
    Result<void> outcome;
    std::uint64_t moved = 0;
    const auto got =
        store.get(narinfo.url, {.is_checked = false, .stop = std::move(stop)}, [&](ByteView piece) {
            moved += piece.size();
            outcome = (*decompressor)->feed(piece, sink);
            return outcome.has_value();
        });
    if (!got) {
        return named(got.error());
    }
    if (outcome) {
        outcome = (*decompressor)->finish(sink);
    }
    if (outcome) {
        outcome = restorer.finish();
    }
    if (!outcome) {
        return named(outcome.error());
    }
    return moved;
}

Result<void> restore_from(TreeSource& source, const Narinfo& narinfo, TreeTarget& target) {
    Restorer restorer(narinfo, target);
    TRY(nar::write(source, [&](ByteView piece) { return restorer.add(piece); }));
    return restorer.finish();
}

bool is_restored(TreeSource& source, const Narinfo& narinfo) {
    Sha256Hasher hash;
    std::uint64_t size = 0;
    const auto read = nar::write(source, [&](ByteView piece) -> Result<void> {
        hash.update(piece);
        size += piece.size();
        return {};
    });
    return read && size == narinfo.nar_size && hash.finish() == narinfo.nar_hash;
}

} // namespace ducksnest::cache
