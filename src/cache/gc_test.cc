#include "base/prng.h"
#include "cache/gc_plan.h"
#include "cache/push_plan.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

using namespace ducksnest;
using namespace ducksnest::cache;

namespace {

StorePath path_of(std::size_t number) {
    std::string hash(32, '0');
    hash[30] = static_cast<char>('0' + number / 10 % 10);
    hash[31] = static_cast<char>('0' + number % 10);
    return StorePath::parse_name(hash + "-p").value();
}

std::string nar_of(std::size_t number) {
    return "nar/" + std::to_string(number);
}

/// What a bucket holds, with paths by number. Path 0 is under all; 5 and 9 are two systems.
struct World {
    std::map<std::size_t, std::vector<std::size_t>> graph = {
        {0, {}},
        {1, {0}},
        {2, {0}},
        {3, {1, 2}},
        {4, {2}},
        {5, {3, 4}},
        {6, {0}},
        {7, {6, 2}},
        {8, {7}},
        {9, {8, 4}},
    };
    std::set<std::size_t> narinfos{};
    std::set<std::size_t> nars{};
    std::optional<std::set<std::string>> marker{}; ///< Of the one push.
    bool has_claim = false;
    std::vector<Generation> generations{};
    Orphans orphans{};

    bool is_whole() const {
        return std::ranges::all_of(narinfos, [&](std::size_t path) {
            return nars.contains(path) &&
                   std::ranges::all_of(graph.at(path), [&](std::size_t reference) {
                       return narinfos.contains(reference);
                   });
        });
    }
    Inventory inventory() const {
        Inventory all;
        for (const std::size_t path : narinfos) {
            Narinfo narinfo{.path = path_of(path), .url = nar_of(path), .nar_size = 1};
            for (const std::size_t reference : graph.at(path)) {
                narinfo.references.push_back(path_of(reference));
            }
            const std::string hash(narinfo.path.hash());
            all.narinfo_sizes.emplace(hash, 1);
            all.narinfos.emplace(hash, std::move(narinfo));
        }
        for (const std::size_t nar : nars) {
            all.nars.emplace(nar_of(nar), ObjectInfo{.size = 1});
        }
        return all;
    }
};

/// A push of system 9, one call to the store per step.
class Pusher {
public:
    bool is_done() const { return at_ == At::done; }

    void step(World& world, Prng& prng) {
        switch (at_) {
        case At::mark: {
            world.marker.emplace();
            for (const std::size_t path : closure_) {
                world.marker->emplace(path_of(path).hash());
            }
            at_ = At::look;
            break;
        }
        case At::look:
            at_ = world.has_claim ? At::look : At::survey;
            break;
        case At::survey:
            survey(world);
            at_ = At::store;
            break;
        case At::store:
            store(world, prng);
            break;
        case At::record:
            world.generations.push_back(
                {.node = "nest", .path = path_of(9), .time = Instant(Duration(9))}
            );
            at_ = At::unmark;
            break;
        case At::unmark:
            world.marker.reset();
            at_ = At::done;
            break;
        case At::done:
            break;
        }
    }

private:
    enum class At : std::uint8_t { mark, look, survey, store, record, unmark, done };

    void survey(const World& world) {
        std::vector<PushItem> items;
        std::vector<PushNar> nars;
        for (std::size_t i = 0; i < closure_.size(); ++i) {
            const std::size_t path = closure_[i];
            PushItem item{
                .nar = i, .is_stored = world.narinfos.contains(path) && world.nars.contains(path)
            };
            for (const std::size_t reference : world.graph.at(path)) {
                const auto found = std::ranges::find(closure_, reference);
                item.references.push_back(static_cast<std::size_t>(found - closure_.begin()));
            }
            items.push_back(std::move(item));
            nars.push_back({.size = 1, .is_stored = world.nars.contains(path)});
        }
        plan_.emplace(std::move(items), std::move(nars));
    }

    void store(World& world, Prng& prng) {
        if (plan_->is_done()) {
            at_ = At::record;
            return;
        }
        // Both kinds of calls may be under way at once.
        if (prng.chance({1, 2})) {
            if (const auto item = plan_->take_narinfo()) {
                world.narinfos.insert(closure_[*item]);
                plan_->narinfo_stored(*item);
            }
        } else if (const auto nar = plan_->take_nar()) {
            world.nars.insert(closure_[*nar]);
            plan_->nar_stored(*nar);
        }
    }

    std::vector<std::size_t> closure_ = {0, 2, 4, 6, 7, 8, 9};
    At at_ = At::mark;
    std::optional<PushPlan> plan_{};
};

/// A collection that keeps one generation, one call to the store per step.
class Collector {
public:
    void step(World& world) {
        switch (at_) {
        case At::claim:
            world.has_claim = true;
            at_ = At::markers;
            break;
        case At::markers:
            marked_ = world.marker.value_or(std::set<std::string>{});
            at_ = At::generations;
            break;
        case At::generations:
            generations_ = world.generations;
            at_ = At::plan;
            break;
        case At::plan:
            plan(world);
            at_ = At::remove;
            break;
        case At::remove:
            if (removals_.empty()) {
                at_ = At::unclaim;
                break;
            }
            removals_.back()(world);
            removals_.pop_back();
            break;
        case At::unclaim:
            world.has_claim = false;
            at_ = At::claim;
            break;
        }
    }

private:
    enum class At : std::uint8_t { claim, markers, generations, plan, remove, unclaim };

    void plan(World& world) {
        const Inventory inventory = world.inventory();
        const GcPlan plan = plan_gc({
            .inventory = inventory,
            .generations = generations_,
            .marked = marked_,
            .orphans = world.orphans,
            .keep = 1,
        });
        world.orphans = plan.orphans;
        for (const auto& wave : plan.narinfos) {
            for (const std::string& hash : wave) {
                removals_.push_back([hash](World& all) { all.narinfos.erase(std::stoul(hash)); });
            }
        }
        for (const std::string& key : plan.nars) {
            removals_.push_back([key](World& all) { all.nars.erase(std::stoul(key.substr(4))); });
        }
        std::ranges::reverse(removals_);
    }

    At at_ = At::claim;
    std::set<std::string> marked_{};
    std::vector<Generation> generations_{};
    std::vector<std::function<void(World&)>> removals_{};
};

} // namespace

TEST_CASE("10,000 interleavings of a push and collections lose no reachable path") {
    for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
        CAPTURE(seed);
        Prng prng(seed);
        World world;
        // The system before, and leftovers of a push that was killed.
        for (std::size_t path = 0; path < 6; ++path) {
            world.narinfos.insert(path);
            world.nars.insert(path);
        }
        world.nars.insert(prng.below(10));
        world.generations.push_back({.node = "nest", .path = path_of(5), .time = Instant()});
        Pusher pusher;
        Collector collector;
        const Ratio push_share{static_cast<std::uint32_t>(1 + prng.below(9)), 10};
        while (!pusher.is_done()) {
            if (prng.chance(push_share)) {
                pusher.step(world, prng);
            } else {
                collector.step(world);
            }
            REQUIRE(world.is_whole());
        }
        REQUIRE(world.narinfos.contains(9));
        for (int step = 0; step < 100; ++step) {
            collector.step(world);
            REQUIRE(world.is_whole());
        }
        // Only the new system is left, whole.
        REQUIRE(world.narinfos == std::set<std::size_t>{0, 2, 4, 6, 7, 8, 9});
    }
}

TEST_CASE("archives outlive their narinfos by the grace") {
    World world;
    world.nars = {1};
    const Inventory inventory = world.inventory();
    const std::vector<Generation> generations = {{.node = "nest", .path = path_of(5)}};
    const auto plan_at = [&](Duration now, const Orphans& orphans) {
        return plan_gc({
            .inventory = inventory,
            .generations = generations,
            .marked = {},
            .orphans = orphans,
            .now = Instant(now),
            .grace = Duration(1000),
        });
    };
    const GcPlan first = plan_at(Duration(5000), {});
    CHECK(first.nars.empty());
    CHECK(first.orphans == Orphans{{"nar/1", Instant(Duration(5000))}});
    const GcPlan second = plan_at(Duration(5999), first.orphans);
    CHECK(second.nars.empty());
    CHECK(second.orphans == first.orphans);
    CHECK(plan_at(Duration(6000), second.orphans).nars == std::vector<std::string>{"nar/1"});
}

TEST_CASE("the grace counts from the last narinfo that led to an archive") {
    World world;
    world.narinfos = {1};
    world.nars = {1};
    const Inventory inventory = world.inventory();
    const Orphans orphans = {{"nar/1", Instant()}}; // Pushed again since, and dropped again.
    const GcPlan plan = plan_gc({
        .inventory = inventory,
        .generations = {},
        .marked = {},
        .orphans = orphans,
        .now = Instant(Duration(5000)),
        .grace = Duration(1000),
    });
    CHECK(plan.narinfos.size() == 1);
    CHECK(plan.nars.empty());
    CHECK(plan.orphans == Orphans{{"nar/1", Instant(Duration(5000))}});
}

TEST_CASE("the newest different systems of each node are kept") {
    World world;
    for (std::size_t path = 0; path < 10; ++path) {
        world.narinfos.insert(path);
        world.nars.insert(path);
    }
    const Inventory inventory = world.inventory();
    const auto at = [](std::int64_t time) { return Instant(Duration(time)); };
    const std::vector<Generation> generations = {
        {.node = "a", .path = path_of(5), .time = at(1)},
        {.node = "a", .path = path_of(9), .time = at(2)},
        {.node = "a", .path = path_of(9), .time = at(3)},
        {.node = "b", .path = path_of(3), .time = at(0)},
    };
    const auto removed = [&](std::size_t keep) {
        std::vector<std::string> hashes;
        for (const auto& wave : plan_gc({
                                            .inventory = inventory,
                                            .generations = generations,
                                            .marked = {},
                                            .orphans = {},
                                            .keep = keep,
                                        })
                                    .narinfos) {
            hashes.insert(hashes.end(), wave.begin(), wave.end());
        }
        return hashes;
    };
    CHECK(removed(1) == std::vector<std::string>{std::string(path_of(5).hash())});
    CHECK(removed(2).empty());
}
