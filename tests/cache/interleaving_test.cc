#include "interleaving.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::testing;

TEST_CASE("10,000 interleavings of real pushes and collections lose nothing") {
    Figures figures;
    for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
        const auto lost = run_interleaving(seed, Canary::none, figures);
        INFO("seed ", seed, ": ", lost.value_or(""));
        REQUIRE_FALSE(lost.has_value());
    }
    MESSAGE(
        figures.calls,
        " calls, ",
        figures.switches,
        " switches, ",
        figures.stalls,
        " stalls; seeds: ",
        figures.push_against_collection,
        " push/collection, ",
        figures.push_against_push,
        " push/push, ",
        figures.two_pushes_against_collection,
        " push/push/collection, ",
        figures.push_against_two_collections,
        " push/collection/collection; pushes: ",
        figures.pushes,
        ", finished ",
        figures.pushes_finished,
        ", killed ",
        figures.killed_pushes,
        ", held up ",
        figures.pushes_held_up,
        ", failed ",
        figures.pushes_failed,
        ", paths pushed ",
        figures.paths_pushed,
        "; collections: ",
        figures.collections,
        ", finished ",
        figures.collections_finished,
        ", killed ",
        figures.killed_collections,
        ", refused ",
        figures.collections_refused,
        ", held up ",
        figures.collections_held_up,
        ", failed ",
        figures.collections_failed,
        "; removed ",
        figures.narinfos_removed,
        " narinfos, ",
        figures.nars_removed,
        " archives"
    );
    // Each thing that may go wrong did go wrong.
    CHECK(figures.push_against_collection > 4'000);
    CHECK(figures.push_against_push > 1'000);
    CHECK(figures.two_pushes_against_collection > 2'000);
    CHECK(figures.push_against_two_collections > 1'000);
    CHECK(figures.killed_pushes > 100);
    CHECK(figures.killed_collections > 100);
    CHECK(figures.pushes_held_up > 100);
    CHECK(figures.collections_refused > 100);
    CHECK(figures.collections_held_up > 100);
    CHECK(figures.narinfos_removed > 10'000);
    CHECK(figures.nars_removed > 1'000);
}

TEST_CASE("a collection that ignores markers is caught, and so is a push that ignores claims") {
    for (const Canary canary : {Canary::collection_ignores_markers, Canary::push_ignores_claims}) {
        Figures figures;
        bool is_caught = false;
        for (std::uint64_t seed = 0; seed < 500 && !is_caught; ++seed) {
            is_caught = run_interleaving(seed, canary, figures).has_value();
        }
        CHECK(is_caught);
    }
}
