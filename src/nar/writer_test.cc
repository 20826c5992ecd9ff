#include "nar/testing/memory_tree.h"
#include "nar/writer.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

using namespace ducksnest;
using namespace ducksnest::nar;
using namespace ducksnest::nar::testing;

namespace {

/// Tokens as the format's specification writes them, put together by hand.
std::string tokens(std::initializer_list<std::string> texts) {
    std::string bytes;
    for (const std::string& text : texts) {
        for (std::size_t i = 0; i < 8; ++i) {
            bytes += static_cast<char>((text.size() >> (8 * i)) & 0xffU);
        }
        bytes += text;
        while (bytes.size() % 8 != 0) {
            bytes += '\0';
        }
    }
    return bytes;
}

std::string archive(const MemoryTree& tree) {
    const Bytes bytes = archive_of(tree);
    return std::string(as_text(bytes));
}

} // namespace

TEST_CASE("a file alone is an archive") {
    MemoryTree tree;
    tree.add_file("", "quack");
    CHECK(
        archive(tree) == tokens({"nix-archive-1", "(", "type", "regular", "contents", "quack", ")"})
    );
}

TEST_CASE("an empty file has contents of no bytes") {
    MemoryTree tree;
    tree.add_file("", "");
    CHECK(archive(tree) == tokens({"nix-archive-1", "(", "type", "regular", "contents", "", ")"}));
}

TEST_CASE("an executable file says so with an empty token") {
    MemoryTree tree;
    tree.add_file("", "12345678", true);
    CHECK(
        archive(tree) ==
        tokens(
            {"nix-archive-1", "(", "type", "regular", "executable", "", "contents", "12345678", ")"}
        )
    );
}

TEST_CASE("a symbolic link keeps its target as it is") {
    MemoryTree tree;
    tree.add_symlink("", "../nowhere//at/all/");
    CHECK(
        archive(tree) ==
        tokens({"nix-archive-1", "(", "type", "symlink", "target", "../nowhere//at/all/", ")"})
    );
}

TEST_CASE("folders are sorted by the bytes of their names") {
    MemoryTree tree;
    tree.add_folder("");
    tree.add_file("b", "");
    tree.add_folder("\xff");
    tree.add_symlink("\xff/up", "..");
    tree.add_folder("B");
    CHECK(
        archive(tree) == tokens(
                             {"nix-archive-1",
                              "(",
                              "type",
                              "directory", //
                              "entry",
                              "(",
                              "name",
                              "B",
                              "node",
                              "(",
                              "type",
                              "directory",
                              ")",
                              ")", //
                              "entry",
                              "(",
                              "name",
                              "b",
                              "node",
                              "(",
                              "type",
                              "regular",
                              "contents",
                              "",
                              ")",
                              ")",
                              "entry",
                              "(",
                              "name",
                              "\xff",
                              "node",
                              "(",
                              "type",
                              "directory", //
                              "entry",
                              "(",
                              "name",
                              "up",
                              "node",
                              "(",
                              "type",
                              "symlink",
                              "target",
                              "..",
                              ")",
                              ")",
                              ")",
                              ")",
                              ")"}
                         )
    );
}

TEST_CASE("names that no file system has are refused") {
    const std::string nul("a\0b", 3);
    for (const std::string& name :
         {std::string(),
          std::string("."),
          std::string(".."),
          std::string("a/b"),
          nul,
          std::string(256, 'n')}) {
        MemoryTree tree;
        tree.add_folder("");
        tree.items["x"] = {.node = {.name = name}};
        MemoryTreeSource source(tree);
        const auto written = write(source, [](ByteView) -> Result<void> { return {}; });
        REQUIRE_FALSE(written);
        CHECK(
            written.error().message == "the name of `" + name + "` cannot stand in a Nix archive"
        );
    }
}

TEST_CASE("a file that shrinks while it is read ends the writing") {
    MemoryTree tree;
    tree.add_file("", "duck");
    tree.items[""].node.size = 5;
    MemoryTreeSource source(tree);
    const auto written = write(source, [](ByteView) -> Result<void> { return {}; });
    REQUIRE_FALSE(written);
    CHECK(written.error().code == ErrorCode::aborted);
    CHECK(written.error().message == "`` became shorter while it was read");
}

TEST_CASE("what the sink says ends the writing") {
    MemoryTree tree;
    tree.add_file("", std::string(std::size_t{1} << 20U, 'x'));
    MemoryTreeSource source(tree);
    std::size_t pieces = 0;
    const auto written = write(source, [&](ByteView) -> Result<void> {
        ++pieces;
        return fail(ErrorCode::unavailable, "no room");
    });
    REQUIRE_FALSE(written);
    CHECK(written.error().message == "no room");
    CHECK(pieces == 1);
}

TEST_CASE("pieces stay small however large a file is") {
    MemoryTree tree;
    tree.add_file("", std::string(std::size_t{5} << 20U, 'x'));
    MemoryTreeSource source(tree);
    std::size_t largest = 0;
    REQUIRE(write(source, [&](ByteView piece) -> Result<void> {
        largest = std::max(largest, piece.size());
        return {};
    }));
    CHECK(largest <= 256U << 10U);
}
