#include "interleaving.h"

#include "cache/compression.h"
#include "cache/gc.h"
#include "cache/push.h"
#include "sim/doors.h"
#include "sim/memory_store.h"
#include "small_nix_store.h"
#include "turns.h"
#include "watched_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>

namespace ducksnest::testing {
namespace {

using cache::Generation;
using Objects = std::map<std::string, sim::MemoryStore::Object>;
using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;

constexpr Instant beginning{Duration(std::int64_t{1'800'000'000'000})};
/// Half of a lease's lifetime is what one call may take, and `check` is before it.
constexpr std::uint32_t push_stall = 29 * 60;
constexpr std::uint32_t collection_stall = 7 * 60;
constexpr std::size_t store_hash_end = 32;

/// One program that pushes a system, and how it ended.
struct Pusher {
    std::size_t root = 0;
    std::string node{};
    int level = 1;
    const cache::SigningKey* key = nullptr;
    std::unique_ptr<WatchedStore> store{};
    Result<void> result{};
    std::uint64_t paths_pushed = 0;
};

struct Collector {
    std::unique_ptr<WatchedStore> store{};
    Result<void> result{};
};

class History {
public:
    History(std::uint64_t seed, Canary canary, Figures& figures)
        : prng_(seed)
        , canary_(canary)
        , figures_(figures)
        , turns_(beginning, prng_.next())
        , random_(prng_.next())
        , store_(turns_, prng_.next())
        , nix_(prng_)
        , keep_(1 + prng_.below(2)) {
        const Duration graces[] = {0s, 10min, 24h};
        grace_ = graces[prng_.below(3)];
    }

    std::optional<std::string> run() {
        prepare();
        contend();
        check("after all at once");
        recover();
        check("in the end");
        check_clean();
        figures_.switches += turns_.switches();
        figures_.narinfos_removed += watch_.narinfos_removed;
        figures_.nars_removed += watch_.nars_removed;
        if (watch_.violation()) {
            return watch_.violation();
        }
        return loss_;
    }

private:
    void prepare();
    void contend();
    void recover();
    void count();
    void check(std::string_view when);
    void check_clean();
    void check_narinfo(const Objects& objects, const std::string& key, std::string_view when);
    void lose(std::string_view when, const std::string& what);

    /// When things take long, they need not begin at once to be under way at once.
    Duration draw_delay() {
        const std::uint64_t longest = !is_slow_ ? 1 : prng_.chance({1, 2}) ? 20 * 60 : 2 * 3600;
        return std::chrono::seconds(prng_.below(longest));
    }
    CallerFate draw_fate(std::uint32_t stall_seconds);
    std::unique_ptr<WatchedStore> open(CallerFate fate);
    void push(Pusher& pusher);
    void collect(Collector& collector);
    std::vector<Generation> kept() const;
    std::size_t draw_root() { return 3 + prng_.below(SmallNixStore::size - 3); }

    Prng prng_;
    Canary canary_;
    Figures& figures_;
    Turns turns_;
    sim::SeededRandom random_;
    sim::MemoryStore store_;
    sim::SerialParallel threads_{};
    Watch watch_{};
    SmallNixStore nix_;
    std::size_t keep_;
    Duration grace_{};
    bool is_calm_ = true; ///< Nothing goes wrong but that things happen at once.
    bool is_slow_ = false;
    bool is_clean_ = false; ///< Collected again after the grace: no archive is left either.
    std::vector<cache::SigningKey> keys_{};
    std::vector<Pusher> pushers_{};
    std::vector<Collector> collectors_{};
    std::vector<Generation> finished_{}; ///< Recorded by pushes, also those that are gone.
    std::optional<std::string> loss_{};
};

void History::lose(std::string_view when, const std::string& what) {
    if (!loss_) {
        loss_ = fmt::format("{}: {}", when, what);
    }
}

CallerFate History::draw_fate(std::uint32_t stall_seconds) {
    CallerFate fate{.stall_seconds = stall_seconds};
    if (!is_calm_ && prng_.chance({1, 5})) {
        fate.killed_at = 1 + prng_.below(60);
    }
    if (is_slow_) {
        const std::uint32_t rarity[] = {3, 12, 50};
        fate.stall = {1, rarity[prng_.below(3)]};
    }
    return fate;
}

std::unique_ptr<WatchedStore> History::open(CallerFate fate) {
    return std::make_unique<WatchedStore>(store_, turns_, watch_, fate, prng_.fork());
}

void History::push(Pusher& pusher) {
    const auto records = nix_.closure(pusher.root);
    cache::PushOptions options{.key = pusher.key, .level = pusher.level, .cores = 1, .uploads = 1};
    options.finish = [&]() -> Result<void> {
        const Generation generation{
            .node = pusher.node,
            .path = TRY(cache::StorePath::parse(records.back().path)),
            .time = std::chrono::floor<std::chrono::seconds>(turns_.now()),
        };
        Result<void> recorded = record_generation(*pusher.store, generation);
        // Without an answer it is recorded all the same.
        if (recorded || recorded.error().code == ErrorCode::timeout) {
            finished_.push_back(generation);
        }
        return recorded;
    };
    const auto report = cache::push(
        {.nix = nix_,
         .store = *pusher.store,
         .threads = threads_,
         .timer = turns_,
         .random = random_},
        records,
        options
    );
    pusher.result = report ? Result<void>() : Result<void>(std::unexpected(report.error()));
    pusher.paths_pushed = report ? report->paths_pushed : 0;
}

void History::collect(Collector& collector) {
    const auto plan = cache::collect_garbage(
        {.store = *collector.store, .random = random_, .timer = turns_},
        threads_,
        {.keep = keep_, .grace = grace_}
    );
    collector.result = plan ? Result<void>() : Result<void>(std::unexpected(plan.error()));
}

/// A cache that has been in use: systems, what is left of pushes that died, and of collections.
void History::prepare() {
    const Duration idle[] = {1s, 20min, 2h, 72h};
    const std::size_t systems = 1 + prng_.below(3);
    for (std::size_t i = 0; i < systems; ++i) {
        Pusher pusher{.root = draw_root(), .node = prng_.chance({2, 3}) ? "nest" : "duck"};
        pusher.store = open({});
        push(pusher);
        if (!pusher.result) {
            lose("in peace", "a push failed: " + describe(pusher.result.error()));
        }
        turns_.pass(idle[prng_.below(4)]);
    }
    if (prng_.chance({1, 2})) {
        Pusher dead{.root = draw_root(), .node = "nest"};
        dead.store = open({.killed_at = 2 + prng_.below(50)});
        push(dead);
        turns_.pass(idle[prng_.below(4)]);
    }
    if (prng_.chance({1, 4})) {
        Collector collector;
        const bool is_killed = prng_.chance({1, 2});
        collector.store =
            open(is_killed ? CallerFate{.killed_at = 2 + prng_.below(120)} : CallerFate{});
        collect(collector);
        turns_.pass(idle[prng_.below(4)]);
    }
}

/// Everything at once.
void History::contend() {
    is_calm_ = prng_.chance({1, 2});
    is_slow_ = !is_calm_ && prng_.chance({1, 2});
    if (!is_calm_ && prng_.chance({1, 2})) {
        store_.set_faults({
            .server_error = {1, 200},
            .slow_down = {1, 200},
            .reset = {1, 200},
            .truncated = {1, 200},
            .lost_reply = {1, 60},
        });
    }
    TurnStyle style{.late_seconds = is_calm_ ? 0U : 120U};
    if (prng_.chance({1, 2})) {
        style.once = 1 + prng_.below(120);
    } else {
        style.chance = {1, static_cast<std::uint32_t>(1 + prng_.below(20))};
    }
    turns_.set_style(style);

    const std::uint64_t kind = prng_.below(8);
    const std::size_t pushers = kind == 0 || kind == 1 || kind == 2 ? 2 : 1;
    const std::size_t collectors = kind == 0 ? 0 : kind == 3 ? 2 : 1;
    figures_.push_against_push += collectors == 0 ? 1U : 0U;
    figures_.two_pushes_against_collection += pushers == 2 && collectors == 1 ? 1U : 0U;
    figures_.push_against_two_collections += collectors == 2 ? 1U : 0U;
    figures_.push_against_collection += pushers == 1 && collectors == 1 ? 1U : 0U;
    const bool is_signed = prng_.chance({1, 16});
    for (std::size_t i = 0; i < pushers && is_signed; ++i) {
        keys_.push_back(cache::SigningKey::make(fmt::format("nest-{}", i), random_));
    }
    const std::size_t same_root = draw_root();
    for (std::size_t i = 0; i < pushers; ++i) {
        Pusher pusher{
            .root = prng_.chance({1, 3}) ? same_root : draw_root(),
            .node = prng_.chance({1, 2}) ? "nest" : "duck",
            .level = static_cast<int>(1 + i * 8),
            .key = is_signed ? &keys_[i] : nullptr,
        };
        CallerFate fate = draw_fate(push_stall);
        fate.sees_claim = canary_ != Canary::push_ignores_claims;
        pusher.store = open(fate);
        pushers_.push_back(std::move(pusher));
    }
    for (std::size_t i = 0; i < collectors; ++i) {
        CallerFate fate = draw_fate(collection_stall);
        fate.sees_markers = canary_ != Canary::collection_ignores_markers;
        collectors_.push_back({.store = open(fate)});
    }
    for (Pusher& pusher : pushers_) {
        turns_.add([this, &pusher, delay = draw_delay()] {
            static_cast<void>(turns_.pause(delay, {}));
            push(pusher);
        });
    }
    for (Collector& collector : collectors_) {
        turns_.add([this, &collector, delay = draw_delay()] {
            static_cast<void>(turns_.pause(delay, {}));
            collect(collector);
        });
    }
    turns_.run();
    store_.set_faults({});
    count();
}

void History::count() {
    for (const Pusher& pusher : pushers_) {
        const bool is_held_up = !pusher.result && pusher.result.error().code == ErrorCode::aborted;
        figures_.calls += pusher.store->calls();
        figures_.stalls += pusher.store->stalls();
        figures_.pushes += 1;
        figures_.killed_pushes += pusher.store->is_killed() ? 1U : 0U;
        figures_.pushes_finished += pusher.result ? 1U : 0U;
        figures_.pushes_held_up += is_held_up ? 1U : 0U;
        figures_.pushes_failed += pusher.result || is_held_up ? 0U : 1U;
        figures_.paths_pushed += pusher.paths_pushed;
        if (is_calm_ && !pusher.result) {
            lose("at once", "a push failed: " + describe(pusher.result.error()));
        }
    }
    for (const Collector& collector : collectors_) {
        const bool is_refused =
            !collector.result && collector.result.error().code == ErrorCode::conflict;
        const bool is_held_up =
            !collector.result && collector.result.error().code == ErrorCode::aborted;
        figures_.calls += collector.store->calls();
        figures_.stalls += collector.store->stalls();
        figures_.collections += 1;
        figures_.killed_collections += collector.store->is_killed() ? 1U : 0U;
        figures_.collections_finished += collector.result ? 1U : 0U;
        figures_.collections_refused += is_refused ? 1U : 0U;
        figures_.collections_held_up += is_held_up ? 1U : 0U;
        figures_.collections_failed += collector.result || is_refused || is_held_up ? 0U : 1U;
        if (is_calm_ && !collector.result && !is_refused) {
            lose("at once", "a collection failed: " + describe(collector.result.error()));
        }
    }
}

/// Every lease runs out, and whoever failed does it again.
void History::recover() {
    turns_.set_style({});
    turns_.pass(2h);
    for (Pusher& pusher : pushers_) {
        if (!pusher.result) {
            pusher.store = open({});
            push(pusher);
            if (!pusher.result) {
                lose("in the end", "a push failed: " + describe(pusher.result.error()));
            }
        }
    }
    turns_.pass(2h);
    is_clean_ = prng_.chance({1, 4});
    for (int round = 0; round < (is_clean_ ? 2 : 1); ++round) {
        Collector collector{.store = open({})};
        collect(collector);
        if (!collector.result) {
            lose("in the end", "a collection failed: " + describe(collector.result.error()));
        }
        turns_.pass(grace_);
    }
}

/// What the rules keep of all systems that any push has recorded.
std::vector<Generation> History::kept() const {
    std::vector<Generation> all = finished_;
    std::ranges::sort(all, std::greater<>(), [](const Generation& one) {
        return std::tuple(one.node, one.time, one.path);
    });
    std::map<std::string, std::set<cache::StorePath>> per_node;
    std::vector<Generation> found;
    for (const Generation& generation : all) {
        std::set<cache::StorePath>& paths = per_node[generation.node];
        // Of a system recorded twice the older record may be gone.
        if (paths.size() < keep_ && paths.insert(generation.path).second) {
            found.push_back(generation);
        }
    }
    return found;
}

void History::check_narinfo(const Objects& objects, const std::string& key, std::string_view when) {
    const auto narinfo = cache::parse_narinfo(as_text(*objects.at(key).bytes));
    if (!narinfo) {
        return lose(when, key + " is damaged");
    }
    const auto nar = objects.find(narinfo->url);
    if (nar == objects.end()) {
        return lose(when, key + " has no archive");
    }
    const Bytes& file = *nar->second.bytes;
    if (narinfo->file_size != file.size() ||
        (narinfo->file_hash && *narinfo->file_hash != sha256(file))) {
        lose(when, key + " is about another file than the one that is there");
    }
    static std::map<Sha256, Sha256> opened; // Few different ones in all seeds.
    const Sha256 digest = sha256(file);
    if (!opened.contains(digest)) {
        Sha256Hasher hash;
        const auto sink = [&](ByteView piece) -> Result<void> {
            hash.update(piece);
            return {};
        };
        const auto decompressor = cache::make_decompressor(narinfo->compression);
        if (!decompressor || !(*decompressor)->feed(file, sink) || !(*decompressor)->finish(sink)) {
            return lose(when, narinfo->url + " cannot be read");
        }
        opened.emplace(digest, hash.finish());
    }
    if (opened.at(digest) != narinfo->nar_hash) {
        lose(when, narinfo->url + " is another archive");
    }
    for (const cache::StorePath& reference : narinfo->references) {
        if (!objects.contains(cache::narinfo_key(reference))) {
            lose(when, key + " refers to " + reference.text() + ", which is gone");
        }
    }
}

void History::check(std::string_view when) {
    const auto objects = store_.objects();
    for (const auto& [key, object] : objects) {
        if (key.ends_with(".narinfo")) {
            check_narinfo(objects, key, when);
        }
    }
    for (const Generation& generation : kept()) {
        if (!objects.contains(cache::generation_key(generation))) {
            lose(when, "the record of " + generation.path.text() + " is gone");
        }
        // With it is its closure: each narinfo's references were looked for above.
        if (!objects.contains(cache::narinfo_key(generation.path))) {
            lose(when, "the system " + generation.path.text() + " is gone");
        }
    }
    for (const Pusher& pusher : pushers_) {
        const auto path = cache::StorePath::parse(nix_.record(pusher.root).path);
        const auto object = objects.find(cache::narinfo_key(*path));
        if (pusher.result && pusher.key != nullptr && object != objects.end() &&
            !as_text(*object->second.bytes).contains("Sig: " + pusher.key->public_key().name)) {
            lose(when, "a signature of " + path->text() + " is gone");
        }
    }
}

/// Nothing is left but what is needed.
void History::check_clean() {
    std::set<std::string> needed;
    for (const Generation& generation : kept()) {
        for (std::size_t i = 0; i < SmallNixStore::size; ++i) {
            if (nix_.record(i).path == generation.path.text()) {
                for (const PathRecord& record : nix_.closure(i)) {
                    needed.insert(record.path.substr(11, store_hash_end) + ".narinfo");
                }
            }
        }
    }
    const Objects objects = store_.objects();
    std::set<std::string> named;
    for (const auto& [key, object] : objects) {
        if (key.ends_with(".narinfo")) {
            named.insert(cache::parse_narinfo(as_text(*object.bytes)).value().url);
        }
    }
    for (const auto& [key, object] : objects) {
        if (is_clean_ && key.starts_with("nar/") && !named.contains(key)) {
            lose("in the end", key + " is garbage that stays");
        }
        if (key.ends_with(".narinfo") && !needed.erase(key)) {
            lose("in the end", key + " is garbage that stays");
        }
        if (key.starts_with(cache::markers_prefix) || key == cache::claim_key) {
            lose("in the end", key + " stays");
        }
    }
    if (!needed.empty()) {
        lose("in the end", *needed.begin() + " is gone");
    }
}

} // namespace

std::optional<std::string> run_interleaving(std::uint64_t seed, Canary canary, Figures& figures) {
    return History(seed, canary, figures).run();
}

} // namespace ducksnest::testing
