#include "cache/push.h"

#include "base/assert.h"
#include "cache/cache_info.h"
#include "cache/lease.h"
#include "cache/narinfo_store.h"
#include "cache/packer.h"
#include "cache/push_plan.h"
#include "cache/survey.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <stop_token>
#include <utility>

namespace ducksnest::cache {
namespace {

using std::chrono_literals::operator""ms;

constexpr Duration report_interval = 100ms;
constexpr std::string_view nar_type = "application/x-nix-nar";

Narinfo narinfo_of(const PathRecord& record, StorePath path) {
    Narinfo narinfo{
        .path = std::move(path),
        .url = nar_key(record.nar_hash),
        .compression = "zstd",
        .nar_hash = record.nar_hash,
        .nar_size = record.nar_size,
        .signatures = record.signatures,
        .content_address = record.content_address,
    };
    for (const std::string& reference : record.references) {
        // They were parsed when the closure was.
        narinfo.references.push_back(StorePath::parse(reference).value());
    }
    std::ranges::sort(narinfo.references);
    if (!record.deriver.empty()) {
        narinfo.deriver = record.deriver.substr(record.deriver.rfind('/') + 1);
    }
    return narinfo;
}

/// Records with what the store said about them, ready to be pushed.
struct Work {
    std::vector<Narinfo> narinfos{}; ///< Per record: as it is or will be stored.
    std::vector<PushItem> items{};
    std::vector<PushNar> nars{};
    std::vector<std::size_t> nar_records{}; ///< A record that has this archive.
    PushReport report{};
};

bool must_sign(const Narinfo& narinfo, const SigningKey* key) {
    return key != nullptr &&
           !is_signed_by(
               fingerprint(narinfo), narinfo.signatures, std::span(&key->public_key(), 1)
           );
}

Result<Work> make_work(
    std::span<const PathRecord> records, std::span<const Presence> presences, const SigningKey* key
) {
    Work work;
    std::map<std::string, std::size_t> item_of;
    std::map<Sha256, std::size_t> nar_of;
    work.report.paths = records.size();
    for (std::size_t i = 0; i < records.size(); ++i) {
        const PathRecord& record = records[i];
        const Presence& presence = presences[i];
        StorePath path = TRY(StorePath::parse(record.path));
        PushItem item;
        for (const std::string& reference : record.references) {
            const auto found = item_of.find(reference);
            if (found != item_of.end()) {
                item.references.push_back(found->second);
            } else if (reference != record.path) {
                return fail(
                    ErrorCode::invalid,
                    "`" + record.path + "` refers to `" + reference +
                        "`, which is not among the paths to push",
                    "pass a whole closure, as `nix path-info --json --recursive` prints it"
                );
            }
        }
        const auto [nar, is_new] = nar_of.try_emplace(record.nar_hash, work.nars.size());
        if (is_new) {
            work.nars.push_back({.size = record.nar_size});
            work.nar_records.push_back(i);
        }
        item.nar = nar->second;
        Narinfo narinfo = narinfo_of(record, path);
        // What others stored stays, if only its archive is there; a signature may be added.
        const bool is_kept = presence.has_narinfo && presence.has_nar;
        if (is_kept && presence.narinfo) {
            narinfo = *presence.narinfo;
        }
        item.is_stored = is_kept && !(presence.narinfo && must_sign(narinfo, key));
        work.report.paths_present += item.is_stored ? 1 : 0;
        if (presence.has_nar) {
            PushNar& stored = work.nars[item.nar];
            work.report.nars_reused += stored.is_stored || is_kept ? 0 : 1;
            stored.is_stored = true;
            if (!is_kept) {
                narinfo.file_size = presence.file_size;
            }
        }
        if (must_sign(narinfo, key)) {
            narinfo.signatures.push_back(key->sign(fingerprint(narinfo)));
        }
        item_of.emplace(record.path, i);
        work.narinfos.push_back(std::move(narinfo));
        work.items.push_back(std::move(item));
    }
    return work;
}

/// Counts bytes outside of the outbox as if they were in it.
class HeldBytes {
public:
    HeldBytes(Outbox& outbox, std::size_t size)
        : outbox_(outbox)
        , size_(size) {
        const std::lock_guard lock(outbox_.mutex);
        outbox_.held += size_;
    }
    HeldBytes(const HeldBytes&) = delete;
    HeldBytes& operator=(const HeldBytes&) = delete;
    ~HeldBytes() {
        const std::lock_guard lock(outbox_.mutex);
        outbox_.held -= size_;
        outbox_.changed.notify_all();
    }

private:
    Outbox& outbox_;
    std::size_t size_;
};

/// A push while it runs: so many threads that make archives, so many that send, and one that tells
/// how it goes.
class Push {
public:
    Push(
        const PushDoors& doors,
        std::span<const PathRecord> records,
        const PushOptions& options,
        PushMarker& marker,
        Work work
    )
        : doors_(doors)
        , records_(records)
        , options_(options)
        , marker_(marker)
        , work_(std::move(work))
        , plan_(work_.items, work_.nars)
        , levels_(options.level) {
        for (std::size_t i = 0; i < work_.items.size(); ++i) {
            users_of_nar_[work_.items[i].nar].push_back(i);
        }
        for (std::size_t i = 0; i < work_.nars.size(); ++i) {
            progress_.nar_bytes_total += work_.nars[i].is_stored ? 0 : work_.nars[i].size;
        }
        progress_.paths_total = work_.report.paths - work_.report.paths_present;
    }

    Result<PushReport> run() {
        doors_.threads.for_each(1 + options_.cores + options_.uploads, [this](std::size_t role) {
            if (role < options_.cores) {
                make();
            } else if (role < options_.cores + options_.uploads) {
                send();
            } else {
                tell();
            }
        });
        if (outbox_.failure) {
            return std::unexpected(*outbox_.failure);
        }
        work_.report.paths_pushed = progress_.paths_done;
        work_.report.nar_bytes = bytes_read_;
        work_.report.file_bytes = progress_.file_bytes_sent;
        return work_.report;
    }

private:
    void tell();
    void make();
    void send();
    Result<void> send_nar(Parcel& parcel);
    Result<void> put_nar(Parcel& parcel, const std::string& key);
    Result<void> use_stored_nar(Parcel& parcel, const std::string& key);
    Result<void> send_narinfo(std::size_t item);
    Result<void> keep_marker();
    void note_file(const Parcel& parcel, std::optional<Sha256> hash, std::uint64_t size);

    const PushDoors& doors_;
    std::span<const PathRecord> records_;
    const PushOptions& options_;
    std::mutex marker_mutex_{};
    PushMarker& marker_;
    Work work_;
    // Under the outbox's mutex.
    PushPlan plan_;
    PushProgress progress_{};
    std::map<std::size_t, std::vector<std::size_t>> users_of_nar_{};

    Outbox outbox_{};
    LevelGuide levels_;
    std::atomic<std::uint64_t> bytes_read_{0};
    std::stop_source stop_{};
};

void Push::tell() {
    for (;;) {
        PushProgress now;
        {
            std::unique_lock lock(outbox_.mutex);
            outbox_.changed.wait_for(lock, report_interval, [&] {
                return plan_.is_done() || outbox_.failure.has_value();
            });
            if (outbox_.failure) {
                stop_.request_stop();
            }
            if (plan_.is_done() || outbox_.failure) {
                return;
            }
            now = progress_;
        }
        if (Result<void> renewed = keep_marker(); !renewed) {
            outbox_.fail_all(std::move(renewed.error()));
        }
        now.nar_bytes_read = bytes_read_;
        now.level = levels_.level();
        if (options_.progress) {
            options_.progress(now);
        }
    }
}

void Push::make() {
    Packer packer(outbox_, levels_, bytes_read_);
    std::unique_lock lock(outbox_.mutex);
    while (!outbox_.failure) {
        if (!outbox_.to_pack.empty()) {
            lock.unlock();
            packer.pack_one();
            lock.lock();
        } else if (const auto nar = plan_.take_nar()) {
            ++outbox_.producers;
            lock.unlock();
            const PathRecord& record = records_[work_.nar_records[*nar]];
            packer.produce(*nar, *doors_.nix.tree(record.path), record);
            lock.lock();
            --outbox_.producers;
            outbox_.changed.notify_all();
        } else if (outbox_.producers == 0) {
            return;
        } else {
            outbox_.changed.wait(lock);
        }
    }
}

void Push::send() {
    std::unique_lock lock(outbox_.mutex);
    while (!outbox_.failure && !plan_.is_done()) {
        std::shared_ptr<Parcel> parcel;
        const auto item = plan_.take_narinfo();
        if (!item) {
            if (outbox_.to_send.empty()) {
                outbox_.changed.wait(lock);
                continue;
            }
            parcel = std::move(outbox_.to_send.front());
            outbox_.to_send.pop_front();
        }
        lock.unlock();
        Result<void> sent = item ? send_narinfo(*item) : send_nar(*parcel);
        if (!sent) {
            outbox_.fail_all(std::move(sent.error()));
        }
        lock.lock();
        if (sent && item) {
            plan_.narinfo_stored(*item);
            ++progress_.paths_done;
        } else if (sent) {
            plan_.nar_stored(parcel->nar);
        }
        outbox_.changed.notify_all();
    }
}

Result<void> Push::keep_marker() {
    const std::lock_guard lock(marker_mutex_);
    return marker_.renew();
}

Result<void> Push::send_nar(Parcel& parcel) {
    TRY(keep_marker());
    const std::string key = nar_key(records_[work_.nar_records[parcel.nar]].nar_hash);
    const Result<void> put = put_nar(parcel, key);
    if (!put && put.error().code == ErrorCode::conflict) {
        return use_stored_nar(parcel, key);
    }
    return put;
}

/// Another push was faster. Its file stays, perhaps compressed otherwise: the narinfos of both must
/// be true of the same bytes.
Result<void> Push::use_stored_nar(Parcel& parcel, const std::string& key) {
    // Producers wait for room until it is taken out.
    Bytes rest(std::size_t{64} << 10U);
    while (TRY(take_bytes(outbox_, parcel, rest)) > 0) {
    }
    const auto stored = TRY(doors_.store.head(key));
    if (!stored) {
        return fail(
            ErrorCode::aborted,
            "`" + key + "` has come and gone while it was pushed",
            "push again: what is stored already is not sent again"
        );
    }
    note_file(parcel, std::nullopt, stored->size);
    return {};
}

Result<void> Push::put_nar(Parcel& parcel, const std::string& key) {
    PutOptions put{
        .content_type = std::string(nar_type), .if_absent = true, .stop = stop_.get_token()
    };
    bool is_whole = false;
    {
        const std::lock_guard lock(outbox_.mutex);
        is_whole = parcel.is_complete && parcel.unpacked == 0;
    }
    if (is_whole) {
        const PathRecord& record = records_[work_.nar_records[parcel.nar]];
        Bytes file(parcel.packed_bytes + chunk_index_max(record.nar_size));
        file.resize(TRY(take_bytes(outbox_, parcel, file)));
        ASSERT(file.size() == parcel.file_size);
        const Sha256 hash = parcel.file_hash.finish();
        put.sha256 = hash;
        // Still in memory, and so still in the way of producers.
        const HeldBytes held(outbox_, file.size());
        TRY(put_bytes(doors_.store, key, file, put));
        note_file(parcel, hash, parcel.file_size);
        const std::lock_guard lock(outbox_.mutex);
        progress_.file_bytes_sent += parcel.file_size;
        return {};
    }
    const ObjectSource source{
        .size = {},
        .read = [&](std::uint64_t, std::span<std::uint8_t> out) -> Result<std::size_t> {
            const std::size_t count = TRY(take_bytes(outbox_, parcel, out));
            const std::lock_guard lock(outbox_.mutex);
            progress_.file_bytes_sent += count;
            return count;
        },
    };
    TRY(doors_.store.put(key, source, put));
    note_file(parcel, parcel.file_hash.finish(), parcel.file_size);
    return {};
}

void Push::note_file(const Parcel& parcel, std::optional<Sha256> hash, std::uint64_t size) {
    const std::lock_guard lock(outbox_.mutex);
    for (const std::size_t item : users_of_nar_[parcel.nar]) {
        work_.narinfos[item].file_hash = hash;
        work_.narinfos[item].file_size = size;
    }
}

Result<void> Push::send_narinfo(std::size_t item) {
    TRY(keep_marker());
    return store_narinfo(doors_.store, work_.narinfos[item], stop_.get_token());
}

Result<void> ensure_cache_info(ObjectStore& store) {
    if (TRY(store.head(std::string(cache_info_key)))) {
        return {};
    }
    const std::string text = format_cache_info({});
    const auto put = put_bytes(
        store,
        std::string(cache_info_key),
        as_bytes(text),
        {.content_type = "text/x-nix-cache-info", .if_absent = true}
    );
    // Somebody else may have been faster.
    if (!put && put.error().code != ErrorCode::conflict) {
        return std::unexpected(put.error());
    }
    return {};
}

} // namespace

Result<PushReport>
push(const PushDoors& doors, std::span<const PathRecord> records, const PushOptions& options) {
    std::vector<std::string> hashes;
    for (const PathRecord& record : records) {
        hashes.emplace_back(TRY(StorePath::parse(record.path)).hash());
    }
    // Before the store is asked what it has: from here on no collection removes any of it.
    // Both calls at once: each would cost a round trip or two.
    std::optional<Result<PushMarker>> begun;
    Result<void> prepared;
    doors.threads.for_each(2, [&](std::size_t part) {
        if (part == 0) {
            begun.emplace(PushMarker::begin(
                {.store = doors.store, .random = doors.random, .timer = doors.timer}, hashes, {}
            ));
        } else {
            prepared = ensure_cache_info(doors.store);
        }
    });
    TRY(prepared);
    PushMarker marker = TRY(std::move(*begun));
    const auto presences = TRY(survey(doors.store, doors.threads, records));
    Work work = TRY(make_work(records, presences, options.key));
    Result<PushReport> report = Push(doors, records, options, marker, std::move(work)).run();
    // The marker of a push that failed stays until it is too old: the next push goes on with it.
    if (report) {
        TRY(marker.check());
    }
    if (report && options.finish) {
        TRY(options.finish());
    }
    if (report) {
        TRY(marker.end());
    }
    return report;
}

Result<PushReport> preview_push(const PushDoors& doors, std::span<const PathRecord> records) {
    const auto presences = TRY(survey(doors.store, doors.threads, records));
    Work work = TRY(make_work(records, presences, nullptr));
    for (const PushNar& nar : work.nars) {
        work.report.nar_bytes += nar.is_stored ? 0 : nar.size;
    }
    work.report.paths_pushed = work.report.paths - work.report.paths_present;
    return work.report;
}

} // namespace ducksnest::cache
