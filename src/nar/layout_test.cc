#include "nar/layout.h"
#include "nar/testing/memory_tree.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::nar;
using namespace ducksnest::nar::testing;

TEST_CASE("any part of an archive can be read alone") {
    MemoryTree tree;
    tree.add_folder("");
    tree.add_file("a", "");
    tree.add_file("b", "0123456789", true);
    tree.add_folder("c");
    tree.add_file("c/d", "01234567");
    tree.add_symlink("e", "c/d");
    const Bytes archive = archive_of(tree);
    MemoryTreeSource source(tree);
    const Layout layout = Layout::of(source).value();
    REQUIRE(layout.size() == archive.size());
    for (std::size_t begin = 0; begin <= archive.size(); ++begin) {
        for (std::size_t size = 0; size <= archive.size() - begin; size += 5) {
            Bytes part(size);
            REQUIRE(layout.read(source, begin, part));
            REQUIRE(std::ranges::equal(part, ByteView(archive).subspan(begin, size)));
        }
    }
}

TEST_CASE("a part of a file that became shorter is an error") {
    MemoryTree tree;
    tree.add_file("", "duck");
    MemoryTreeSource source(tree);
    const Layout layout = Layout::of(source).value();
    tree.items[""].contents = "";
    Bytes all(layout.size());
    const auto read = layout.read(source, 0, all);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == ErrorCode::aborted);
}
