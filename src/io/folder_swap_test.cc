#include "io/folder_swap.h"
#include "io/testing/temporary_folder.h"
#include "io/tree_reader.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

using namespace ducksnest;
using io::Exchange;
using io::StagedFile;

namespace {

namespace fs = std::filesystem;

StagedFile staged(const char* path, const char* text, mode_t mode = 0644) {
    return {.path = path, .bytes = as_bytes(text), .mode = mode, .owner = std::nullopt};
}

struct stat status_of(const std::string& path) {
    struct stat found{};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return found;
}

std::string text_of(const Tree& tree, const std::string& path) {
    const auto found = tree.find(path);
    return found == tree.end() ? "absent" : std::string(as_text(found->second.bytes));
}

} // namespace

TEST_CASE("a folder becomes the set, by either way of exchanging") {
    for (const Exchange exchange : {Exchange::kernel, Exchange::two_renames}) {
        const io::testing::TemporaryFolder place;
        const std::string folder = place / "secrets";
        const io::SwapOptions options{.exchange = exchange};
        REQUIRE(
            io::replace_folder(folder, {staged("a/one", "1"), staged("two", "2", 0600)}, options)
        );
        const ino_t kept = status_of(folder + "/two").st_ino;
        REQUIRE(
            io::replace_folder(folder, {staged("three", "3"), staged("two", "2", 0600)}, options)
        );
        const Tree tree = io::read_tree(folder).value();
        CHECK(tree.size() == 2);
        CHECK(text_of(tree, "three") == "3");
        CHECK(text_of(tree, "two") == "2");
        CHECK(tree.at("two").is_private);
        CHECK(status_of(folder + "/two").st_ino == kept);
        // Only the folder itself is left: no sibling.
        CHECK(std::distance(fs::directory_iterator(place.path()), fs::directory_iterator()) == 1);
    }
}

TEST_CASE("the same set again touches nothing") {
    const io::testing::TemporaryFolder place;
    const std::string folder = place / "secrets";
    REQUIRE(io::replace_folder(folder, {staged("a/one", "1")}, {}));
    const ino_t kept = status_of(folder).st_ino;
    REQUIRE(io::replace_folder(folder, {staged("a/one", "1")}, {}));
    CHECK(status_of(folder).st_ino == kept);
    REQUIRE(io::replace_folder(folder, {staged("a/one", "1", 0600)}, {}));
    CHECK(status_of(folder).st_ino != kept);
}

TEST_CASE("a run that died between the two renames is undone") {
    const io::testing::TemporaryFolder place;
    const std::string folder = place / "secrets";
    REQUIRE(io::replace_folder(folder, {staged("one", "1")}, {}));
    fs::rename(folder, place / ".secrets.old");
    fs::create_directory(place / ".secrets.new");
    std::ofstream(place / ".secrets.new/half") << "x";
    CHECK(text_of(io::read_tree(folder).value(), "one") == "1");
    REQUIRE(io::recover_folder(folder));
    CHECK(text_of(io::read_tree(folder).value(), "one") == "1");
    CHECK(!fs::exists(place / ".secrets.old"));
    CHECK(!fs::exists(place / ".secrets.new"));
}

TEST_CASE("what is no plain folder is refused") {
    const io::testing::TemporaryFolder place;
    const std::string folder = place / "secrets";
    fs::create_directory(place / "elsewhere");
    fs::create_symlink(place / "elsewhere", folder);
    const Error error = io::replace_folder(folder, {staged("one", "1")}, {}).error();
    CHECK(error.message == "`" + folder + "` is a symbolic link");
    CHECK(fs::is_empty(place / "elsewhere"));
    CHECK(
        io::replace_folder(place / "x", {staged("../one", "1")}, {}).error().message ==
        "path `../one` leads out of its folder"
    );
}

TEST_CASE("a set that cannot be written leaves nothing behind") {
    const io::testing::TemporaryFolder place;
    const std::string folder = place / "secrets";
    REQUIRE(io::replace_folder(folder, {staged("one", "1")}, {}).has_value());
    // No name can be a file and a folder.
    const auto failed = io::replace_folder(folder, {staged("a", "1"), staged("a/b", "2")}, {});
    CHECK(
        failed.error().message == "cannot create `" + (place / ".secrets.new/a") + "`: file exists"
    );
    CHECK(!fs::exists(place / ".secrets.new"));
    CHECK(text_of(io::read_tree(folder).value(), "one") == "1");
}

TEST_CASE("only file systems in memory count as such") {
    CHECK(!io::is_in_memory("/proc/self").value());
    if (fs::exists("/dev/shm")) {
        CHECK(io::is_in_memory("/dev/shm/not/there/yet").value());
    }
}
