#include "nar/format.h"
#include "nar/reader.h"
#include "nar/testing/memory_tree.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <vector>

using namespace ducksnest;
using namespace ducksnest::nar;
using namespace ducksnest::nar::testing;

namespace {

Bytes tokens(std::initializer_list<std::string> texts) {
    Bytes bytes;
    for (const std::string& text : texts) {
        append_token(bytes, text);
    }
    return bytes;
}

/// "" when it is an archive, otherwise why not.
std::string refusal(ByteView archive, Limits limits = {}) {
    MemoryTreeTarget target;
    Reader reader(target, limits);
    auto fed = reader.feed(archive);
    if (fed) {
        fed = reader.finish();
    }
    if (!fed) {
        CHECK(fed.error().code == ErrorCode::corrupt);
    }
    return fed ? "" : fed.error().message;
}

std::string refusal(std::initializer_list<std::string> texts) {
    return refusal(tokens(texts));
}

/// An archive of a folder with empty files of these names.
Bytes folder_of(std::initializer_list<std::string> names) {
    Bytes bytes = tokens({"nix-archive-1", "(", "type", "directory"});
    for (const std::string& name : names) {
        append(
            bytes,
            tokens(
                {"entry",
                 "(",
                 "name",
                 name,
                 "node",
                 "(",
                 "type",
                 "regular",
                 "contents",
                 "",
                 ")",
                 ")"}
            )
        );
    }
    append(bytes, tokens({")"}));
    return bytes;
}

MemoryTree sample() {
    MemoryTree tree;
    tree.add_folder("");
    tree.add_folder("bin");
    tree.add_file("bin/duck", std::string(10'000, 'q'), true);
    tree.add_file("bin/empty", "");
    tree.add_symlink("bin/sh", "/bin/sh");
    tree.add_folder("empty");
    tree.add_file("\xfe\xff not UTF-8", "1234567");
    return tree;
}

} // namespace

TEST_CASE("what was written is read back, however it is cut") {
    const MemoryTree tree = sample();
    const Bytes archive = archive_of(tree);
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
        MemoryTreeTarget target;
        Reader reader(target);
        for (std::size_t at = 0; at < archive.size(); at += step) {
            REQUIRE(reader.feed(ByteView(archive).subspan(at, std::min(step, archive.size() - at)))
            );
        }
        REQUIRE(reader.finish());
        CHECK(reader.offset() == archive.size());
        CHECK(target.tree() == tree);
    }
}

TEST_CASE("an archive that ends early is refused at every length") {
    const Bytes archive = archive_of(sample());
    for (std::size_t size = 0; size < archive.size(); ++size) {
        CHECK(
            refusal(ByteView(archive).first(size)) ==
            "invalid Nix archive at byte " + std::to_string(size) + ": it ends too early"
        );
    }
}

TEST_CASE("bytes behind the end are refused") {
    Bytes archive = archive_of(sample());
    const std::string end = std::to_string(archive.size());
    archive.push_back(0);
    CHECK(
        refusal(archive) == "invalid Nix archive at byte " + end + ": there is more behind its end"
    );
}

TEST_CASE("names that lead elsewhere are refused") {
    CHECK(refusal(folder_of({"a"})).empty());
    CHECK(refusal(folder_of({"..."})).empty());
    CHECK(refusal(folder_of({std::string(255, 'n')})).empty());
    CHECK(refusal(folder_of({""})).ends_with(": the name `` is not allowed"));
    CHECK(refusal(folder_of({"."})).ends_with(": the name `.` is not allowed"));
    CHECK(refusal(folder_of({".."})).ends_with(": the name `..` is not allowed"));
    CHECK(refusal(folder_of({"a/b"})).ends_with(": the name `a/b` is not allowed"));
    CHECK(refusal(folder_of({"/etc"})).ends_with(": the name `/etc` is not allowed"));
    CHECK(refusal(folder_of({std::string("a\0b", 3)})).ends_with(": the name `a?b` is not allowed")
    );
    CHECK(refusal(folder_of({std::string(256, 'n')}))
              .ends_with(": a length of 256 bytes is too long here"));
}

TEST_CASE("names out of order or twice are refused") {
    CHECK(refusal(folder_of({"A", "B", "a", "\xc3"})).empty());
    CHECK(refusal(folder_of({"b", "a"})).ends_with(": the name `a` stands behind `b`"));
    CHECK(refusal(folder_of({"\xc3", "a"})).ends_with(": the name `a` stands behind `?`"));
    CHECK(refusal(folder_of({"a", "a"})).ends_with(": the name `a` comes twice"));
}

TEST_CASE("padding must be zeros") {
    for (const std::size_t at : {std::size_t{21}, std::size_t{23}}) {
        Bytes archive = archive_of(sample());
        archive[at] = 1; // Behind the 13 letters of the magic token.
        CHECK(
            refusal(archive) ==
            "invalid Nix archive at byte " + std::to_string(at) + ": padding is not zero"
        );
    }
}

TEST_CASE("lengths beyond reason are refused before anything is kept") {
    Bytes archive = tokens({"nix-archive-1", "("});
    append_length(archive, std::uint64_t{1} << 63U);
    CHECK(refusal(archive).ends_with(": a length of 9223372036854775808 bytes is too long here"));

    archive = tokens({"nix-archive-1", "(", "type", "symlink", "target"});
    append_length(archive, 4096);
    CHECK(refusal(archive).ends_with(": a length of 4096 bytes is too long here"));

    archive = tokens({"nix-archive-1", "(", "type", "regular", "contents"});
    append_length(archive, 5000);
    CHECK(
        refusal(archive, {.size_max = 4999}).ends_with(": a length of 5000 bytes is too long here")
    );
    CHECK(refusal(archive, {.size_max = 5000})
              .ends_with(": it would be longer than the 5000 bytes it may have"));
}

TEST_CASE("every token must be the one that the grammar has there") {
    CHECK(
        refusal({"nix-archive-2"}) ==
        "invalid Nix archive at byte 23: `nix-archive-1` expected, not `nix-archive-2`"
    );
    CHECK(refusal({"nix-archive-1", ")"}).ends_with("`(` expected, not `)`"));
    CHECK(refusal({"nix-archive-1", "(", "typ"}).ends_with("`type` expected, not `typ`"));
    CHECK(refusal({"nix-archive-1", "(", "type", "fifo"}).ends_with("unknown file type `fifo`"));
    CHECK(refusal({"nix-archive-1", "(", "type", "regular", ")"})
              .ends_with("`executable` or `contents` expected, not `)`"));
    CHECK(refusal({"nix-archive-1", "(", "type", "regular", "executable", "1"})
              .ends_with("`` expected, not `1`"));
    CHECK(refusal({"nix-archive-1", "(", "type", "regular", "executable", "", "executable"})
              .ends_with("`contents` expected, not `executable`"));
    CHECK(refusal({"nix-archive-1", "(", "type", "regular", "contents", "a", "contents"})
              .ends_with("`)` expected, not `contents`"));
    CHECK(refusal({"nix-archive-1", "(", "type", "symlink", "target", "", ")"})
              .ends_with("a symbolic link has an empty target"));
    CHECK(refusal({"nix-archive-1", "(", "type", "symlink", "target", std::string("a\0", 2), ")"})
              .ends_with("the target of a symbolic link has a NUL"));
    CHECK(refusal({"nix-archive-1", "(", "type", "directory", "file"})
              .ends_with("`entry` or `)` expected, not `file`"));
    CHECK(refusal({"nix-archive-1", "(", "type", "directory", "entry", "(", "node"})
              .ends_with("`name` expected, not `node`"));
    CHECK(refusal({"nix-archive-1", "(", "type", "directory", "entry", "(", "name", "a", "name"})
              .ends_with("`node` expected, not `name`"));
}

TEST_CASE("folders are nested only so deep") {
    const auto nested = [](std::size_t depth) {
        MemoryTree tree;
        tree.add_folder("");
        std::string path = "d";
        for (std::size_t level = 1; level < depth; ++level, path += "/d") {
            tree.add_folder(path);
        }
        return archive_of(tree);
    };
    CHECK(refusal(nested(5), {.depth_max = 5}).empty());
    CHECK(
        refusal(nested(6), {.depth_max = 5}).ends_with(": folders are nested deeper than 5 levels")
    );
}
