#include "cache/proxy.h"

#include "cache/cache_info.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ducksnest::cache {
namespace {

using std::chrono_literals::operator""s;

constexpr std::string_view info_suffix = ".narinfo";
constexpr std::string_view archive_folder = "nar/";
constexpr std::size_t info_file_max = std::size_t{64} << 10U;
/// How long "there is no such path" is believed: somebody may push it any moment.
constexpr Duration missing_for = 10s;

ServedAnswer refusal(int status, std::string text) {
    return {.status = status, .text = std::move(text) + "\n"};
}

bool is_archive_key(std::string_view key) {
    return key.starts_with(archive_folder) && check_object_key(key).has_value();
}

/// Adds to the front: what somebody waits for comes before what somebody may want.
void hurry(std::deque<std::string>& queue, const std::string& item) {
    std::erase(queue, item);
    queue.push_front(item);
}

} // namespace

Proxy::Proxy(const ProxyDoors& doors, ProxyOptions options)
    : doors_(doors)
    , options_(std::move(options))
    , shelf_(doors.spool, options_.limits) {}

ServedAnswer Proxy::answer(const std::string& path) {
    const std::string key = path.starts_with('/') ? path.substr(1) : path;
    if (key == cache_info_key) {
        return answer_cache_info();
    }
    if (key.ends_with(info_suffix) &&
        is_store_hash(std::string_view(key).substr(0, key.size() - info_suffix.size()))) {
        return answer_info(key.substr(0, key.size() - info_suffix.size()));
    }
    if (is_archive_key(key)) {
        return answer_archive(key);
    }
    return check_object_key(key) ? pass_on(key) : refusal(404, "no such file");
}

ServedAnswer Proxy::answer_cache_info() {
    {
        const Lock lock(mutex_);
        if (cache_info_) {
            return {.content_type = "text/x-nix-cache-info", .text = *cache_info_};
        }
    }
    const Result<Bytes> bytes = get_bytes(doors_.store, std::string(cache_info_key), info_file_max);
    if (!bytes) {
        complain(bytes.error());
        return refusal(
            bytes.error().code == ErrorCode::not_found ? 404 : 502, describe(bytes.error())
        );
    }
    const Lock lock(mutex_);
    cache_info_ = std::string(as_text(*bytes));
    return {.content_type = "text/x-nix-cache-info", .text = *cache_info_};
}

ServedAnswer Proxy::answer_info(const std::string& hash) {
    Lock lock(mutex_);
    Info& info = infos_[hash];
    const bool is_settled = info.state == State::missing || info.state == State::failed;
    if (is_settled && doors_.timer.elapsed() - info.settled >= missing_for) {
        info.state = State::queued;
    }
    if (info.state == State::queued) {
        hurry(info_queue_, hash);
        changed_.notify_all();
    }
    changed_.wait(lock, [&] {
        return is_stopping_ || (info.state != State::queued && info.state != State::busy);
    });
    switch (info.state) {
    case State::ready:
        return {.content_type = "text/x-nix-narinfo", .text = info.text};
    case State::missing:
        return refusal(404, "no such path");
    case State::failed:
        return refusal(502, info.problem);
    case State::queued:
    case State::busy:
        return refusal(503, "the proxy ends");
    }
    std::unreachable();
}

ServedAnswer Proxy::answer_archive(const std::string& key) {
    Lock lock(mutex_);
    const auto at = archives_.find(key);
    if (at == archives_.end()) {
        // Of a path that nobody asked us about: Nix remembers narinfos for a month.
        lock.unlock();
        return pass_on(key);
    }
    Archive& archive = at->second;
    // What failed is tried again when somebody asks again.
    if (archive.state != State::ready && archive.state != State::busy) {
        std::erase(archive_queue_, key);
        std::vector<std::string> dropped;
        const bool has_room = shelf_.make_room(key, archive.size, Urgency::wanted, dropped);
        for (const std::string& old : dropped) {
            archives_.at(old).state = State::missing;
        }
        if (!has_room) {
            lock.unlock();
            return pass_on(key);
        }
        fetch_archive(lock, key);
    }
    changed_.wait(lock, [&] { return is_stopping_ || archive.state != State::busy; });
    if (archive.state == State::ready) {
        return from_shelf(key, archive.size);
    }
    return archive.state == State::failed ? refusal(502, archive.problem)
                                          : refusal(503, "the proxy is busy");
}

ServedAnswer Proxy::from_shelf(const std::string& key, std::uint64_t size) {
    return {
        .content_type = "application/x-nix-nar",
        .length = size,
        .stream =
            [this, key](std::uint64_t offset, const BodySink& sink) {
                const Result<void> done = shelf_.read(key, offset, sink);
                changed_.notify_all(); // What was served may be dropped: there may be room now.
                return done;
            },
    };
}

ServedAnswer Proxy::pass_on(const std::string& key) {
    const Result<std::optional<ObjectInfo>> info = doors_.store.head(key);
    if (!info) {
        complain(info.error());
        return refusal(502, describe(info.error()));
    }
    if (!*info) {
        return refusal(404, "no such file");
    }
    return {
        .content_type = "application/octet-stream",
        .length = (*info)->size,
        .stream = [this, key](std::uint64_t offset, const BodySink& sink) -> Result<void> {
            const Result<ObjectInfo> got =
                doors_.store.get(key, {.range = {.offset = offset}, .is_checked = false}, sink);
            if (!got) {
                complain(got.error());
                return std::unexpected(got.error());
            }
            return {};
        },
    };
}

void Proxy::work() {
    Lock lock(mutex_);
    while (!is_stopping_) {
        // Narinfos first: they say what else there is to fetch.
        if (!info_queue_.empty()) {
            const std::string hash = std::move(info_queue_.front());
            info_queue_.pop_front();
            fetch_info(lock, hash);
            continue;
        }
        std::vector<std::string> dropped;
        const auto next = std::ranges::find_if(archive_queue_, [&](const std::string& key) {
            return shelf_.make_room(key, archives_.at(key).size, Urgency::ahead, dropped);
        });
        for (const std::string& old : dropped) {
            archives_.at(old).state = State::missing;
        }
        if (next == archive_queue_.end()) {
            changed_.wait(lock);
            continue;
        }
        const std::string key = *next;
        archive_queue_.erase(next);
        fetch_archive(lock, key);
    }
}

void Proxy::stop() {
    const Lock lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
}

void Proxy::fetch_info(Lock& lock, const std::string& hash) {
    Info& info = infos_.at(hash);
    if (info.state != State::queued) {
        return;
    }
    info.state = State::busy;
    lock.unlock();
    std::string text;
    const Result<std::optional<Narinfo>> got = get_info(hash, text);
    if (!got) {
        complain(got.error());
    }
    lock.lock();
    info.settled = doors_.timer.elapsed();
    if (!got) {
        info.state = State::failed;
        info.problem = describe(got.error());
    } else if (!*got) {
        info.state = State::missing;
    } else {
        info.state = State::ready;
        info.text = std::move(text);
        changed_.notify_all();
        want_ahead(lock, **got);
    }
    changed_.notify_all();
}

Result<std::optional<Narinfo>> Proxy::get_info(const std::string& hash, std::string& text) {
    const std::string key = hash + std::string(info_suffix);
    const Result<Bytes> bytes = get_bytes(doors_.store, key, narinfo_max);
    if (!bytes && bytes.error().code == ErrorCode::not_found) {
        return std::optional<Narinfo>();
    }
    text = std::string(as_text(TRY(bytes)));
    Narinfo narinfo = TRY(parse_narinfo(text).with("reading `" + key + "`"));
    if (narinfo.path.hash() != hash) {
        return fail(ErrorCode::corrupt, "`" + key + "` is about `" + narinfo.path.text() + "`");
    }
    TRY(check_object_key(narinfo.url));
    if (!options_.trusted.empty() &&
        !is_signed_by(fingerprint(narinfo), narinfo.signatures, options_.trusted)) {
        return fail(
            ErrorCode::denied,
            "`" + narinfo.path.text() + "` has no signature of a trusted key, in `" + key + "`"
        );
    }
    return std::optional<Narinfo>(std::move(narinfo));
}

void Proxy::want_ahead(Lock& lock, const Narinfo& narinfo) {
    std::vector<const StorePath*> wanted;
    bool is_there = false;
    lock.unlock();
    // The store's database may take its time.
    const auto is_valid = [&](const StorePath& path) {
        const auto found = doors_.nix == nullptr ? Result<std::optional<PathRecord>>(std::nullopt)
                                                 : doors_.nix->find(path.text());
        return found && found->has_value();
    };
    for (const StorePath& reference : narinfo.references) {
        if (reference != narinfo.path && !is_valid(reference)) {
            wanted.push_back(&reference);
        }
    }
    is_there = is_valid(narinfo.path);
    lock.lock();
    for (const StorePath* path : wanted) {
        if (infos_.try_emplace(std::string(path->hash())).second) {
            info_queue_.emplace_back(path->hash());
        }
    }
    const auto [at, is_new] = archives_.try_emplace(
        narinfo.url,
        Archive{
            .path = narinfo.path.text(),
            .file_hash = narinfo.file_hash,
            .size = narinfo.file_size.value_or(0)
        }
    );
    // Of unknown size it is fetched when somebody asks: there is no telling what room it takes.
    if (is_new && !is_there && narinfo.file_size) {
        archive_queue_.push_back(narinfo.url);
    } else if (is_new && !narinfo.file_size) {
        archives_.erase(at);
    }
}

void Proxy::fetch_archive(Lock& lock, const std::string& key) {
    Archive& archive = archives_.at(key);
    archive.state = State::busy;
    const Archive wanted = archive;
    lock.unlock();
    const Result<std::uint64_t> got = get_archive(key, wanted);
    if (!got) {
        shelf_.give_up(key);
        complain(got.error());
    }
    lock.lock();
    archive.state = got ? State::ready : State::failed;
    archive.problem = got ? "" : describe(got.error());
    changed_.notify_all();
}

Result<std::uint64_t> Proxy::get_archive(const std::string& key, const Archive& archive) {
    ProxyShelf::Writer writer = TRY(shelf_.open(key));
    Sha256Hasher hasher;
    std::uint64_t size = 0;
    Result<void> written;
    TRY(doors_.store.get(key, {.is_checked = false}, [&](ByteView piece) {
        size += piece.size();
        hasher.update(piece);
        written = size <= archive.size ? writer.write(piece) : Result<void>();
        return written.has_value();
    }));
    TRY(written);
    const bool is_right =
        size == archive.size && (!archive.file_hash || hasher.finish() == *archive.file_hash);
    if (!is_right) {
        return fail(
            ErrorCode::corrupt,
            fmt::format(
                "`{}` is not the archive of `{}` that its narinfo names", key, archive.path
            ),
            "`ducksnest cache verify --repair` removes what is broken; push the path again"
        );
    }
    TRY(writer.keep());
    return size;
}

void Proxy::complain(const Error& error) {
    if (options_.complain) {
        options_.complain(error);
    }
}

} // namespace ducksnest::cache
