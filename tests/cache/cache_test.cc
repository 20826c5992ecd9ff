#include "cache/narinfo.h"
#include "ground.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

using namespace ducksnest;
using ducksnest::testing::CacheGround;
using ducksnest::testing::Ran;
using ducksnest::testing::read_text;
using ducksnest::testing::write_text;

namespace {

namespace fs = std::filesystem;

/// One closure for all cases of this file, pushed to the cache "cache".
const CacheGround& pushed_ground() {
    static const CacheGround ground;
    static const Ran pushed = ground.ducksnest(
        "cache push --store src --to cache --key secret --level 3 " + ground.system()
    );
    REQUIRE_MESSAGE(pushed.exit == 0, pushed.err);
    return ground;
}

std::string pull(const std::string& from, const std::string& into, const CacheGround& ground) {
    return fmt::format(
        "cache pull --from {} --store {} --trusted-key {} {}",
        from,
        into,
        ground.public_key(),
        ground.system()
    );
}

std::string narinfo_file(const std::string& path) {
    return path.substr(11, 32) + ".narinfo";
}

} // namespace

TEST_CASE("Nix copies what we pushed, checking every signature") {
    const CacheGround& ground = pushed_ground();
    const Ran copied = ground.nix(fmt::format(
        "copy --from file://$PWD/cache --to $PWD/by-nix --option trusted-public-keys '{}' {}",
        ground.public_key(),
        ground.system()
    ));
    REQUIRE_MESSAGE(copied.exit == 0, copied.err);
    CHECK(
        ground.run("diff -r --no-dereference src/nix/store by-nix/nix/store -x .links").exit == 0
    );
    const Ran verified = ground.nix(fmt::format(
        "store verify --store $PWD/by-nix --all --option trusted-public-keys '{}'",
        ground.public_key()
    ));
    CHECK_MESSAGE(verified.exit == 0, verified.err);
    // Another key is not believed.
    const Ran refused = ground.nix(fmt::format(
        "copy --from file://$PWD/cache --to $PWD/refused --option trusted-public-keys '' {}",
        ground.system()
    ));
    CHECK(refused.exit != 0);
    CHECK(refused.err.contains("lacks a valid signature"));
}

TEST_CASE("Nix finds a store that we pulled into whole and valid") {
    const CacheGround& ground = pushed_ground();
    const Ran pulled = ground.ducksnest(pull("cache", "by-us", ground));
    REQUIRE_MESSAGE(pulled.exit == 0, pulled.err);
    CHECK(pulled.out.starts_with("pulled 6 paths: "));
    CHECK(ground.run("diff -r --no-dereference src/nix/store by-us/nix/store -x .links").exit == 0);
    const Ran verified = ground.run("nix-store --verify --check-contents --store $PWD/by-us");
    CHECK(verified.exit == 0);
    CHECK_FALSE(verified.err.contains("was modified"));
    CHECK(
        ground.nix("path-info --store $PWD/by-us --recursive " + ground.system()).out ==
        ground.nix("path-info --store $PWD/src --recursive " + ground.system()).out
    );
    CHECK(
        ground
            .nix(
                "store verify --store $PWD/by-us --all --option trusted-public-keys '" +
                ground.public_key() + "'"
            )
            .exit == 0
    );
    // Again there is nothing to do.
    CHECK(
        ground.ducksnest(pull("cache", "by-us", ground)).out ==
        "nothing to do: every path is valid already\n"
    );
}

TEST_CASE("we pull what Nix pushed, however it was compressed") {
    const CacheGround& ground = pushed_ground();
    for (const std::string compression : {"xz", "zstd", "none"}) {
        const std::string cache = "nix-" + compression;
        const Ran copied = ground.nix(fmt::format(
            "copy --store $PWD/src --to 'file://'$PWD'/{}?compression={}&secret-key='$PWD/secret "
            "{}",
            cache,
            compression,
            ground.system()
        ));
        REQUIRE_MESSAGE(copied.exit == 0, copied.err);
        const Ran pulled = ground.ducksnest(pull(cache, "from-" + cache, ground));
        REQUIRE_MESSAGE(pulled.exit == 0, pulled.err);
        CHECK(
            ground
                .run(
                    "diff -r --no-dereference src/nix/store from-" + cache + "/nix/store -x .links"
                )
                .exit == 0
        );
        // And what Nix pushed is not pushed again.
        CHECK(
            ground
                .ducksnest(
                    "cache push --store src --to " + cache + " --key secret " + ground.system()
                )
                .out == "nothing to do: the cache has all 6 paths\n"
        );
    }
}

TEST_CASE("a push sends what is missing and nothing else") {
    const CacheGround& ground = pushed_ground();
    const std::string push = "cache push --store src --to partial --key secret " + ground.system();
    fs::copy(ground.path("cache"), ground.path("partial"), fs::copy_options::recursive);
    CHECK(ground.ducksnest(push).out == "nothing to do: the cache has all 6 paths\n");
    // A narinfo that is gone comes back without its archive being made again.
    fs::remove(ground.path("partial/" + narinfo_file(ground.paths()[1])));
    CHECK(ground.ducksnest(push).out.starts_with("pushed 1 of 6 paths: 0 B as 0 B in "));
    // An archive that is gone is noticed although its narinfo is there.
    const auto narinfo =
        cache::parse_narinfo(read_text(ground.path("partial/" + narinfo_file(ground.paths()[1]))))
            .value();
    fs::remove(ground.path("partial/" + narinfo.url));
    CHECK(ground.ducksnest(push + " --dry-run").out.starts_with("would push 1 of 6 paths, "));
    CHECK(ground.ducksnest(push).out.starts_with("pushed 1 of 6 paths: "));
    CHECK(ground.ducksnest(pull("partial", "from-partial", ground)).exit == 0);
}

TEST_CASE("a flipped bit in any archive is refused and named, and nothing of it is left") {
    const CacheGround& ground = pushed_ground();
    fs::copy(ground.path("cache"), ground.path("flipped"), fs::copy_options::recursive);
    for (const auto& entry : fs::directory_iterator(ground.path("flipped/nar"))) {
        const std::string whole = read_text(entry.path().string());
        // The index at the end is no content: it may be damaged without harm.
        std::string damaged = whole;
        damaged[20] = static_cast<char>(damaged[20] ^ 4);
        write_text(entry.path().string(), damaged);
        const Ran pulled =
            ground.ducksnest(pull("flipped", "into-" + entry.path().stem().string(), ground));
        CHECK(pulled.exit == 1);
        CHECK_MESSAGE(
            pulled.err.contains("from `nar/" + entry.path().filename().string() + "`"), pulled.err
        );
        write_text(entry.path().string(), whole);
    }
    REQUIRE(ground.ducksnest(pull("flipped", "into-flipped", ground)).exit == 0);
    CHECK(
        ground.run("diff -r --no-dereference src/nix/store into-flipped/nix/store -x .links")
            .exit == 0
    );
}

TEST_CASE("a narinfo that was tampered with is refused") {
    const CacheGround& ground = pushed_ground();
    fs::copy(ground.path("cache"), ground.path("forged"), fs::copy_options::recursive);
    const std::string file = ground.path("forged/" + narinfo_file(ground.paths()[3]));
    const std::string whole = read_text(file);
    std::string forged = whole;
    const std::size_t references = forged.find("References: ");
    forged.erase(references + 12, forged.find('\n', references) - references - 12);
    write_text(file, forged);
    const Ran refused = ground.ducksnest(pull("forged", "into-forged", ground));
    CHECK(refused.exit == 1);
    CHECK(refused.err.contains(
        "error: `" + ground.paths()[3] + "` has no signature of a trusted key\n"
    ));
    // Whole, but of another path.
    fs::copy_file(
        ground.path("forged/" + narinfo_file(ground.paths()[0])),
        file,
        fs::copy_options::overwrite_existing
    );
    CHECK(ground.ducksnest(pull("forged", "into-forged", ground)).err.contains("is about `"));
    fs::remove(file);
    CHECK(ground.ducksnest(pull("forged", "into-forged", ground))
              .err.contains(
                  "error: the cache has no `" + ground.paths()[3] + "`, which `" + ground.system() +
                  "` refers to\n"
              ));
}

TEST_CASE("a path that changed since it was registered is not pushed") {
    CacheGround ground;
    const std::string file = ground.path("src" + ground.paths()[3] + "/data");
    fs::permissions(file, fs::perms::owner_all);
    write_text(file, "QUACK");
    const Ran pushed =
        ground.ducksnest("cache push --store src --to cache --key secret " + ground.system());
    CHECK(pushed.exit == 1);
    CHECK(pushed.err.contains("`" + ground.paths()[3] + "` is not what the Nix database says"));
    CHECK_FALSE(fs::exists(ground.path("cache/" + narinfo_file(ground.paths()[3]))));
    CHECK_FALSE(fs::exists(ground.path("cache/" + narinfo_file(ground.system()))));
}

TEST_CASE("what nix path-info prints can be pushed") {
    const CacheGround& ground = pushed_ground();
    const Ran info = ground.nix("path-info --json --recursive --store $PWD/src " + ground.system());
    REQUIRE(info.exit == 0);
    write_text(ground.path("info.json"), info.out);
    const Ran pushed = ground.ducksnest(
        "cache push --store src --to from-info --key secret --level 3 --path-info info.json"
    );
    REQUIRE_MESSAGE(pushed.exit == 0, pushed.err);
    const Ran differs = ground.run("diff -r cache from-info -x log -x realisations");
    CHECK_MESSAGE(differs.exit == 0, differs.out);
}

TEST_CASE("signatures and keys are Nix's own") {
    const CacheGround& ground = pushed_ground();
    const std::string path = ground.paths()[3];
    REQUIRE(ground.nix("store sign --store $PWD/src --key-file secret " + path).exit == 0);
    const Ran info = ground.nix("path-info --sigs --store $PWD/src " + path);
    const auto narinfo =
        cache::parse_narinfo(read_text(ground.path("cache/" + narinfo_file(path)))).value();
    REQUIRE(narinfo.signatures.size() == 1);
    CHECK(info.out.contains(narinfo.signatures[0]));
}

TEST_CASE("a large closure is found by listing, whatever its hashes begin with") {
    CacheGround ground;
    std::vector<std::string> paths;
    for (int i = 0; i < 70 || !paths.back().substr(11).starts_with('n'); ++i) {
        paths.push_back(ground.add_path(fmt::format("small-{}", i), std::to_string(i), {}));
    }
    const std::string top = ground.add_path("top-1", "top", paths);
    const std::string push = "cache push --store src --to cache --key secret " + top;
    const std::string count = std::to_string(paths.size() + 1);
    CHECK(ground.ducksnest(push).out.starts_with("pushed " + count + " of " + count + " paths: "));
    CHECK(ground.ducksnest(push).out == "nothing to do: the cache has all " + count + " paths\n");
    fs::remove(ground.path("cache/" + narinfo_file(paths.back())));
    CHECK(ground.ducksnest(push).out.starts_with("pushed 1 of " + count + " paths: 0 B as 0 B"));
    CHECK(
        ground.ducksnest("cache verify --cache cache").out ==
        "nothing wrong in " + count + " paths\n"
    );
}
