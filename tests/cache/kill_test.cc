#include "base/prng.h"
#include "cache/narinfo.h"
#include "ground.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <set>

using namespace ducksnest;
using ducksnest::testing::CacheGround;
using ducksnest::testing::Ran;
using ducksnest::testing::read_text;

namespace {

namespace fs = std::filesystem;

/// How many paths the cache shows; none of them may lack its archive or a reference.
std::size_t check_cache(const std::string& cache) {
    std::vector<cache::Narinfo> narinfos;
    std::set<cache::StorePath> shown;
    if (!fs::exists(cache)) {
        return 0;
    }
    for (const auto& entry : fs::directory_iterator(cache)) {
        if (entry.path().extension() == ".narinfo") {
            narinfos.push_back(cache::parse_narinfo(read_text(entry.path().string())).value());
            shown.insert(narinfos.back().path);
        }
    }
    for (const cache::Narinfo& narinfo : narinfos) {
        CHECK(fs::exists(cache + "/" + narinfo.url));
        for (const cache::StorePath& reference : narinfo.references) {
            CHECK(shown.contains(reference));
        }
    }
    return narinfos.size();
}

} // namespace

TEST_CASE("a push that is killed at any moment leaves a cache that is whole, and is finished") {
    const CacheGround ground;
    const std::string push =
        "cache push --store src --to cache --key secret --level 3 " + ground.system();
    Prng prng(4);
    std::size_t partial = 0;
    for (int round = 0; round < 100; ++round) {
        if (round % 10 == 0) {
            fs::remove_all(ground.path("cache"));
        }
        const std::uint64_t milliseconds = prng.below(120);
        ground.run(fmt::format(
            "{} {} & sleep 0.{:03}; kill -9 $!; wait", DUCKSNEST_PROGRAM, push, milliseconds
        ));
        const std::size_t shown = check_cache(ground.path("cache"));
        partial += shown > 0 && shown < ground.paths().size() ? 1U : 0U;
    }
    CHECK(partial > 0);
    REQUIRE(ground.ducksnest(push).exit == 0);
    CHECK(check_cache(ground.path("cache")) == ground.paths().size());
}

TEST_CASE("a pull that is killed at any moment leaves a store that is whole, and is finished") {
    const CacheGround ground;
    REQUIRE(
        ground.ducksnest("cache push --store src --to cache --key secret " + ground.system())
            .exit == 0
    );
    const std::string pull = fmt::format(
        "cache pull --from cache --store into --trusted-key {} {}",
        ground.public_key(),
        ground.system()
    );
    Prng prng(5);
    for (int round = 0; round < 50; ++round) {
        if (round % 5 == 0) {
            ground.run("chmod -R u+w into; rm -rf into");
        }
        ground.run(fmt::format(
            "{} {} & sleep 0.{:03}; kill -9 $!; wait", DUCKSNEST_PROGRAM, pull, prng.below(120)
        ));
        if (fs::exists(ground.path("into/nix/var/nix/db/schema"))) {
            const Ran verified =
                ground.run("nix-store --verify --check-contents --store $PWD/into");
            CHECK_FALSE(verified.err.contains("modified"));
            CHECK_FALSE(verified.err.contains("disappeared"));
        }
    }
    REQUIRE(ground.ducksnest(pull).exit == 0);
    CHECK(ground.run("diff -r --no-dereference src/nix/store into/nix/store -x .links").exit == 0);
}

TEST_CASE("two pushes at once lose nothing") {
    const CacheGround ground;
    for (int round = 0; round < 10; ++round) {
        fs::remove_all(ground.path("cache"));
        const Ran both = ground.run(fmt::format(
            "{0} {1} --level 1 & {0} {1} --level 9; first=$?; wait $! && exit $first",
            DUCKSNEST_PROGRAM,
            "cache push --store src --to cache --key secret " + ground.system()
        ));
        CHECK_MESSAGE(both.exit == 0, both.err);
        CHECK(check_cache(ground.path("cache")) == ground.paths().size());
        fs::remove_all(ground.path("into"));
        CHECK(
            ground
                .ducksnest(fmt::format(
                    "cache pull --from cache --store into{} --trusted-key {} {}",
                    round,
                    ground.public_key(),
                    ground.system()
                ))
                .exit == 0
        );
    }
}
