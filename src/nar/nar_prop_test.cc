#include "nar/layout.h"
#include "nar/reader.h"
#include "nar/testing/memory_tree.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>

using namespace ducksnest;
using namespace ducksnest::nar;
using namespace ducksnest::nar::testing;

namespace {

MemoryTree random_tree() {
    MemoryTree tree;
    tree.add_folder("");
    std::vector<std::string> folders = {""};
    const int count = *rc::gen::inRange(0, 30);
    for (int i = 0; i < count; ++i) {
        const std::string parent = *rc::gen::elementOf(folders);
        std::string name = *rc::gen::arbitrary<std::string>();
        std::erase_if(name, [](char letter) { return letter == '/' || letter == '\0'; });
        name += std::to_string(i);
        const std::string path = parent.empty() ? name : parent + "/" + name;
        switch (*rc::gen::inRange(0, 3)) {
        case 0:
            tree.add_folder(path);
            folders.push_back(path);
            break;
        case 1:
            tree.add_symlink(path, "to" + name);
            break;
        default:
            tree.add_file(path, *rc::gen::arbitrary<std::string>(), *rc::gen::arbitrary<bool>());
        }
    }
    return tree;
}

} // namespace

TEST_CASE("every tree has one archive, and every archive its tree") {
    CHECK(rc::check([] {
        const MemoryTree tree = random_tree();
        const Bytes archive = archive_of(tree);
        MemoryTreeTarget target;
        Reader reader(target);
        RC_ASSERT(reader.feed(archive).has_value());
        RC_ASSERT(reader.finish().has_value());
        RC_ASSERT(target.tree() == tree);
        MemoryTreeSource source(tree);
        RC_ASSERT(Layout::of(source).value().size() == archive.size());
    }));
}

TEST_CASE("a changed byte is refused or makes another tree") {
    CHECK(rc::check([] {
        const MemoryTree tree = random_tree();
        Bytes archive = archive_of(tree);
        const auto at = *rc::gen::inRange<std::size_t>(0, archive.size());
        archive[at] ^= *rc::gen::inRange<std::uint8_t>(1, 255);
        MemoryTreeTarget target;
        Reader reader(target, {.size_max = archive.size()});
        auto read = reader.feed(archive);
        if (read) {
            read = reader.finish();
        }
        const bool is_other_tree =
            read && target.tree() != tree && archive_of(target.tree()) == archive;
        RC_ASSERT(!read || is_other_tree);
    }));
}
