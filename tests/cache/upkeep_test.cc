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

std::size_t count_files(const std::string& folder, const std::string& ending) {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
        count += entry.path().string().ends_with(ending) ? 1U : 0U;
    }
    return count;
}

} // namespace

TEST_CASE("collections keep what the newest systems need, and archives for their grace") {
    CacheGround ground;
    const auto push = [&](const std::string& path) {
        const Ran pushed = ground.ducksnest(
            "cache push --system nest --store src --to cache --key secret " + path
        );
        REQUIRE_MESSAGE(pushed.exit == 0, pushed.err);
    };
    CHECK(ground.ducksnest("cache gc --cache cache --keep 1")
              .err.contains("no generation is recorded in this cache"));
    push(ground.system());
    const std::string next =
        ground.add_path("nixos-system-nest-2", "new", {ground.paths()[0], ground.paths()[2]});
    // Times of generations have seconds.
    ground.run("sleep 1.1");
    push(next);
    CHECK(count_files(ground.path("cache"), ".narinfo") == 7);

    const std::string gc = "cache gc --cache cache --keep 1";
    CHECK(ground.ducksnest(gc + " --dry-run")
              .out.starts_with(
                  "would drop generation of nest: " + ground.system() +
                  "\nwould remove 4 paths and 0 "
              ));
    CHECK(count_files(ground.path("cache"), ".narinfo") == 7);
    CHECK(ground.ducksnest("cache gc --cache cache --keep 2").out.starts_with("removed 0 paths "));
    CHECK(ground.ducksnest(gc).out.contains("removed 4 paths and 0 archives of 0 B; 4 archives of ")
    );
    CHECK(count_files(ground.path("cache"), ".narinfo") == 3);
    CHECK(count_files(ground.path("cache/nar"), ".zst") == 7);
    CHECK(ground.ducksnest(gc + " --grace 0s").out.starts_with("removed 0 paths and 4 archives "));
    CHECK(count_files(ground.path("cache/nar"), ".zst") == 3);
    CHECK(ground.ducksnest("cache verify --cache cache").out == "nothing wrong in 3 paths\n");
    const Ran pulled = ground.ducksnest(fmt::format(
        "cache pull --from cache --store into --trusted-key {} {}", ground.public_key(), next
    ));
    CHECK_MESSAGE(pulled.exit == 0, pulled.err);
}

TEST_CASE("a marker keeps what a push refers to") {
    CacheGround ground;
    REQUIRE(
        ground.ducksnest("cache push --store src --to cache --key secret " + ground.system())
            .exit == 0
    );
    const std::string other = ground.add_path("nixos-system-nest-2", "new", {});
    REQUIRE(
        ground.ducksnest("cache push --system nest --store src --to cache --key secret " + other)
            .exit == 0
    );
    fs::create_directories(ground.path("cache/ducksnest/pushes"));
    write_text(
        ground.path("cache/ducksnest/pushes/one"),
        "{\"paths\":[\"" + ground.paths()[1].substr(11, 32) + "\"]}"
    );
    CHECK(ground.ducksnest("cache gc --cache cache --keep 1").out.starts_with("removed 4 paths "));
    CHECK(count_files(ground.path("cache"), ".narinfo") == 3);
}

TEST_CASE("every kind of flaw is found, named and mended") {
    const CacheGround ground;
    const std::string push =
        "cache push --store src --to cache --key secret --level 3 " + ground.system();
    REQUIRE(ground.ducksnest(push).exit == 0);
    const std::string verify = "cache verify --cache cache --trusted-key " + ground.public_key();
    CHECK(ground.ducksnest(verify).out == "nothing wrong in 6 paths\n");
    fs::copy(ground.path("cache"), ground.path("whole"), fs::copy_options::recursive);

    const auto narinfo = [&](std::size_t index) {
        return ground.path("cache/" + ground.paths()[index].substr(11, 32) + ".narinfo");
    };
    const auto nar = [&](std::size_t index) {
        const std::string text = read_text(narinfo(index));
        const std::size_t begin = text.find("URL: ") + 5;
        return text.substr(begin, text.find('\n', begin) - begin);
    };
    const std::string lost = nar(1);
    fs::remove(ground.path("cache/" + lost));
    const std::string broken = nar(2);
    std::string bytes = read_text(ground.path("cache/" + broken));
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    write_text(ground.path("cache/" + broken), bytes);
    const std::string text = read_text(narinfo(5));
    write_text(narinfo(5), text.substr(0, text.find("Sig: ")));
    fs::remove(narinfo(0));
    write_text(narinfo(4), "nonsense\n");

    const Ran found = ground.ducksnest(verify);
    CHECK(found.exit == 1);
    CHECK(found.out.contains("missing archive: " + ground.paths()[1] + ": " + lost + "\n"));
    CHECK(found.out.contains("corrupt archive: " + ground.paths()[2] + ": " + broken + ": "));
    CHECK(found.out.contains("unsigned: " + ground.paths()[5] + "\n"));
    CHECK(found.out.contains(
        "missing reference: " + ground.paths()[1] + ": " + ground.paths()[0] + "\n"
    ));
    CHECK(found.out.contains("damaged narinfo: " + ground.paths()[4].substr(11, 32)));

    CHECK(ground.ducksnest(verify + " --repair").exit == 1);
    REQUIRE(ground.ducksnest(push).exit == 0);
    CHECK(ground.ducksnest(verify).out == "nothing wrong in 6 paths\n");
    CHECK(ground.ducksnest(verify + " --json").out.contains("\"findings\": []"));
}

TEST_CASE("statistics count equal archives once") {
    const CacheGround ground;
    REQUIRE(
        ground.ducksnest("cache push --store src --to cache --key secret " + ground.system())
            .exit == 0
    );
    const Ran stats = ground.ducksnest("cache stats --cache cache");
    CHECK(stats.exit == 0);
    CHECK(stats.out.contains("archives"));
    CHECK(stats.out.contains(" a month\n"));
    CHECK(ground.ducksnest("cache stats --cache cache --json").out.contains("\"paths\": 6"));
}
