#include "base/json.h"
#include "ground.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace ducksnest;
using ducksnest::testing::CacheGround;
using ducksnest::testing::Ran;
using ducksnest::testing::random_text;
using ducksnest::testing::read_text;
using ducksnest::testing::write_text;

TEST_CASE("an upgrade moves only what changed, and is checked as a whole") {
    CacheGround ground;
    std::string data = random_text(7, 8'000'000);
    const std::string before = ground.add_path("firefox-128.0", data, {});
    // 5 % of the bytes, in four places.
    for (const unsigned int at : {500'000U, 2'500'000U, 4'100'000U, 7'000'000U}) {
        data.replace(at, 100'000, random_text(at, 100'000));
    }
    const std::string after = ground.add_path("firefox-129.0", data, {});
    // The same content under another name costs nothing.
    const std::string again = ground.add_path("firefox-bin-129.0", data, {});
    REQUIRE(
        ground
            .ducksnest(fmt::format(
                "cache push --store src --to cache --key secret {} {} {}", before, after, again
            ))
            .exit == 0
    );
    const auto pull = [&](const std::string& path) {
        return ground.ducksnest(fmt::format(
            "cache pull --json --from cache --store into --trusted-key {} {}",
            ground.public_key(),
            path
        ));
    };
    const auto moved = [](const Ran& pulled) {
        REQUIRE_MESSAGE(pulled.exit == 0, pulled.err);
        return *Json::parse(pulled.out).value().find("file_bytes")->as_int();
    };
    CHECK(moved(pull(before)) > 8'000'000);
    // The frames beside a change are fetched with it.
    CHECK(moved(pull(after)) < 8'000'000 * 15 / 100);
    CHECK(moved(pull(again)) == 0);
    CHECK(ground.run("diff -r --no-dereference src" + after + " into" + after).exit == 0);
    CHECK(ground.run("diff -r --no-dereference src" + again + " into" + again).exit == 0);
    const Ran verified = ground.run("nix-store --verify --check-contents --store $PWD/into");
    CHECK_FALSE(verified.err.contains("modified"));
}

TEST_CASE("a base that was damaged does no harm") {
    CacheGround ground;
    std::string data = random_text(7, 2'000'000);
    const std::string before = ground.add_path("duck-1", data, {});
    data.replace(1'000'000, 1000, random_text(1, 1000));
    const std::string after = ground.add_path("duck-2", data, {});
    REQUIRE(
        ground
            .ducksnest(
                fmt::format("cache push --store src --to cache --key secret {} {}", before, after)
            )
            .exit == 0
    );
    const auto pull = [&](const std::string& path) {
        return ground.ducksnest(fmt::format(
            "cache pull --from cache --store into --trusted-key {} {}", ground.public_key(), path
        ));
    };
    REQUIRE(pull(before).exit == 0);
    REQUIRE(ground.run("chmod u+w into" + before + "/data").exit == 0);
    std::string damaged = read_text(ground.path("into" + before + "/data"));
    damaged[100'000] = static_cast<char>(damaged[100'000] ^ 1);
    write_text(ground.path("into" + before + "/data"), damaged);
    const Ran pulled = pull(after);
    CHECK_MESSAGE(pulled.exit == 0, pulled.err);
    CHECK(ground.run("diff -r --no-dereference src" + after + " into" + after).exit == 0);
}
