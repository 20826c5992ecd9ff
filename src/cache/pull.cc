#include "cache/pull.h"

#include "cache/delta.h"
#include "cache/pull_plan.h"
#include "cache/restore.h"
#include "cache/survey.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <utility>

namespace ducksnest::cache {
namespace {

using std::chrono_literals::operator""ms;

constexpr Duration report_interval = 100ms;
/// Archives of others may need windows of 8 MiB (zstd -19, xz -6) each; ours need 256 KiB.
constexpr std::size_t foreign_max = 12;

PathRecord record_of(const Narinfo& narinfo) {
    PathRecord record{
        .path = narinfo.path.text(),
        .nar_hash = narinfo.nar_hash,
        .nar_size = narinfo.nar_size,
        .signatures = narinfo.signatures,
        .content_address = narinfo.content_address,
    };
    if (!narinfo.deriver.empty()) {
        record.deriver = std::string(store_folder) + "/" + narinfo.deriver;
    }
    for (const StorePath& reference : narinfo.references) {
        record.references.push_back(reference.text());
    }
    return record;
}

/// How the files of a path came to be.
struct Fetched {
    std::uint64_t moved = 0; ///< Bytes from the store.
    bool is_reused = false;  ///< Made from what was there, at least in part.
};

/// A pull while it runs: threads that take whatever may be fetched next, and one that tells how it
/// goes.
class Pull {
public:
    Pull(const PullDoors& doors, const PullOptions& options)
        : doors_(doors)
        , options_(options)
        , bases_(doors.nix) {}

    Result<PullReport> run(std::span<const StorePath> paths) {
        for (const StorePath& path : paths) {
            plan_.want(path, "");
        }
        doors_.threads.for_each(1 + options_.transfers, [this](std::size_t role) {
            role == 0 ? tell() : work();
        });
        if (failure_) {
            return std::unexpected(*failure_);
        }
        report_.file_bytes = progress_.file_bytes;
        report_.nar_bytes = progress_.nar_bytes_done;
        report_.paths_pulled = progress_.paths_done;
        return report_;
    }

private:
    void tell();
    void work();
    Result<void> fetch_narinfo(const PullPlan::Wanted& wanted);
    Result<void> check(const Narinfo& narinfo, const PullPlan::Wanted& wanted);
    Result<void> fetch_nar(const Narinfo& narinfo);
    Result<Fetched> make_files(const Narinfo& narinfo);
    Result<std::uint64_t> fetch_whole(const Narinfo& narinfo, TreeTarget& target);
    Result<void> register_complete();

    const PullDoors& doors_;
    const PullOptions& options_;
    Bases bases_;
    std::mutex mutex_{};
    std::condition_variable changed_{};
    // Under the mutex.
    PullPlan plan_{};
    PullProgress progress_{};
    PullReport report_{};
    std::optional<Error> failure_{};
    bool is_registering_ = false;
    std::size_t foreign_ = 0; ///< Archives of others that are being read.

    std::stop_source stop_{};
};

void Pull::tell() {
    std::unique_lock lock(mutex_);
    while (!plan_.is_done() && !failure_) {
        changed_.wait_for(lock, report_interval, [&] { return plan_.is_done() || failure_; });
        if (options_.progress) {
            const PullProgress now = progress_;
            lock.unlock();
            options_.progress(now);
            lock.lock();
        }
    }
    if (failure_) {
        stop_.request_stop();
    }
}

void Pull::work() {
    std::unique_lock lock(mutex_);
    while (!failure_ && !plan_.is_done()) {
        const auto wanted = plan_.take_narinfo();
        const Narinfo* nar = wanted ? nullptr : plan_.take_nar();
        if (!wanted && nar == nullptr) {
            changed_.wait(lock);
            continue;
        }
        lock.unlock();
        Result<void> done = wanted ? fetch_narinfo(*wanted) : fetch_nar(*nar);
        if (done) {
            done = register_complete();
        }
        lock.lock();
        // What follows from a stop is not the failure itself.
        if (!done && !failure_) {
            failure_ = std::move(done.error());
        }
        changed_.notify_all();
    }
}

Result<void> Pull::check(const Narinfo& narinfo, const PullPlan::Wanted& wanted) {
    if (narinfo.path != wanted.path) {
        return fail(
            ErrorCode::corrupt,
            "`" + narinfo_key(wanted.path) + "` is about `" + narinfo.path.text() + "`, not `" +
                wanted.path.text() + "`"
        );
    }
    TRY(check_object_key(narinfo.url));
    if (options_.signatures == Signatures::required &&
        !is_signed_by(fingerprint(narinfo), narinfo.signatures, options_.trusted)) {
        return fail(
            ErrorCode::denied,
            "`" + narinfo.path.text() + "` has no signature of a trusted key",
            "name the key that signs this cache with `--trusted-key NAME:BASE64`"
        );
    }
    return {};
}

Result<void> Pull::fetch_narinfo(const PullPlan::Wanted& wanted) {
    if (TRY(doors_.nix.find(wanted.path.text()))) {
        const std::lock_guard lock(mutex_);
        plan_.is_valid(wanted.path);
        return {};
    }
    const std::string key = narinfo_key(wanted.path);
    const auto bytes = get_bytes(doors_.store, key, narinfo_max, {.stop = stop_.get_token()});
    if (!bytes && bytes.error().code == ErrorCode::not_found) {
        const std::string who =
            wanted.referrer.empty() ? "" : ", which `" + wanted.referrer + "` refers to";
        return fail(
            ErrorCode::not_found,
            "the cache has no `" + wanted.path.text() + "`" + who,
            "push it again: what is already there is not sent twice"
        );
    }
    if (!bytes) {
        return std::unexpected(bytes.error());
    }
    Narinfo narinfo = TRY(parse_narinfo(as_text(*bytes)).with("reading `" + key + "`"));
    TRY(check(narinfo, wanted));
    const std::lock_guard lock(mutex_);
    ++progress_.paths_known;
    progress_.nar_bytes_known += narinfo.nar_size;
    plan_.has_narinfo(std::move(narinfo));
    return {};
}

Result<Fetched> Pull::make_files(const Narinfo& narinfo) {
    const std::string path = narinfo.path.text();
    // Files without a registration are what an earlier run made before it ended.
    if (doors_.nix.has_files(path) && is_restored(*doors_.nix.tree(path), narinfo)) {
        return Fetched{.is_reused = true};
    }
    if (const auto same = TRY(bases_.same_nar(narinfo))) {
        const auto made = TRY(doors_.nix.create(path));
        if (restore_from(*doors_.nix.tree(*same), narinfo, made->tree())) {
            TRY(made->finish());
            return Fetched{.is_reused = true};
        }
    }
    if (const auto base = TRY(bases_.earlier_version(narinfo))) {
        const auto made = TRY(doors_.nix.create(path));
        const auto moved = restore_delta(
            doors_.store, doors_.nix, *base, narinfo, made->tree(), stop_.get_token()
        );
        if (moved && *moved) {
            TRY(made->finish());
            return Fetched{.moved = **moved, .is_reused = true};
        }
        // A damaged base or index must not stand in the way of the archive itself.
    }
    const auto made = TRY(doors_.nix.create(path));
    const std::uint64_t moved = TRY(fetch_whole(narinfo, made->tree()));
    TRY(made->finish());
    return Fetched{.moved = moved};
}

Result<std::uint64_t> Pull::fetch_whole(const Narinfo& narinfo, TreeTarget& target) {
    if (narinfo.url == nar_key(narinfo.nar_hash)) {
        return restore(doors_.store, narinfo, target, stop_.get_token());
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return foreign_ < foreign_max; });
    ++foreign_;
    lock.unlock();
    auto restored = restore(doors_.store, narinfo, target, stop_.get_token());
    lock.lock();
    --foreign_;
    changed_.notify_all();
    return restored;
}

Result<void> Pull::fetch_nar(const Narinfo& narinfo) {
    const Fetched fetched = TRY(make_files(narinfo));
    const std::lock_guard lock(mutex_);
    progress_.file_bytes += fetched.moved;
    progress_.nar_bytes_done += narinfo.nar_size;
    report_.paths_reused += fetched.is_reused ? 1 : 0;
    plan_.has_files(narinfo.path);
    return {};
}

Result<void> Pull::register_complete() {
    std::unique_lock lock(mutex_);
    // One thread registers for all: what completes meanwhile is its next batch.
    while (!is_registering_) {
        const auto complete = plan_.take_complete();
        if (complete.empty()) {
            return {};
        }
        is_registering_ = true;
        lock.unlock();
        std::vector<PathRecord> records;
        for (const Narinfo* narinfo : complete) {
            records.push_back(record_of(*narinfo));
        }
        const Result<void> outcome = doors_.nix.register_paths(records);
        lock.lock();
        is_registering_ = false;
        if (!outcome) {
            return outcome;
        }
        for (const Narinfo* narinfo : complete) {
            plan_.registered(narinfo->path);
            ++progress_.paths_done;
        }
    }
    return {};
}

} // namespace

Result<PullReport>
pull(const PullDoors& doors, std::span<const StorePath> paths, const PullOptions& options) {
    return Pull(doors, options).run(paths);
}

} // namespace ducksnest::cache
