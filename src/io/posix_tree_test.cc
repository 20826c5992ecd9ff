#include "io/posix_tree_source.h"
#include "io/posix_tree_target.h"
#include "io/testing/temporary_folder.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

using namespace ducksnest;
using namespace ducksnest::io;

namespace {

FileDescriptor open_folder(const std::string& path) {
    return FileDescriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

struct stat status_of(const std::string& path) {
    struct stat status{};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status;
}

} // namespace

TEST_CASE("a tree is made as the Nix store wants it") {
    const testing::TemporaryFolder folder;
    const FileDescriptor parent = open_folder(folder.path());
    PosixTreeTarget target(parent, "tree", folder / "tree");
    REQUIRE(target.begin_folder(""));
    REQUIRE(target.begin_file("duck", FileMode::executable, 5));
    REQUIRE(target.write(as_bytes("quack")));
    REQUIRE(target.end_file());
    REQUIRE(target.add_symlink("link", "/nowhere"));
    REQUIRE(target.begin_folder("sub"));
    REQUIRE(target.begin_file("empty", FileMode::plain, 0));
    REQUIRE(target.end_file());
    REQUIRE(target.end_folder());
    REQUIRE(target.end_folder());

    CHECK((status_of(folder / "tree").st_mode & 07777) == 0555);
    CHECK((status_of(folder / "tree/duck").st_mode & 07777) == 0555);
    CHECK((status_of(folder / "tree/sub/empty").st_mode & 07777) == 0444);
    for (const char* path : {"tree", "tree/duck", "tree/link", "tree/sub", "tree/sub/empty"}) {
        CHECK(status_of(folder / path).st_mtim.tv_sec == 1);
    }

    PosixTreeSource source(folder / "tree");
    CHECK(source.root().value().kind == NodeKind::folder);
    auto children = source.list("").value();
    std::ranges::sort(children, {}, &TreeNode::name);
    REQUIRE(children.size() == 3);
    CHECK(children[0] == TreeNode{.name = "duck", .is_executable = true, .size = 5});
    CHECK(children[1] == TreeNode{.name = "link", .kind = NodeKind::symlink, .target = "/nowhere"});
    CHECK(children[2] == TreeNode{.name = "sub", .kind = NodeKind::folder});
    Bytes bytes(10);
    CHECK(source.read("duck", 2, bytes).value() == 3);
    CHECK(as_text(ByteView(bytes).first(3)) == "ack");
    std::filesystem::permissions(folder / "tree", std::filesystem::perms::owner_all);
    std::filesystem::permissions(folder / "tree/sub", std::filesystem::perms::owner_all);
}

TEST_CASE("nothing that exists is followed or replaced") {
    const testing::TemporaryFolder folder;
    std::filesystem::create_symlink("/etc", folder / "trap");
    std::filesystem::create_symlink(folder / "victim", folder / "dangling");
    const FileDescriptor parent = open_folder(folder.path());
    for (const std::string name : {"trap", "dangling"}) {
        PosixTreeTarget file(parent, name, folder / name);
        const auto made = file.begin_file("", FileMode::plain, 1);
        REQUIRE_FALSE(made);
        CHECK(made.error().code == ErrorCode::conflict);
        CHECK(made.error().message == "cannot make `" + (folder / name) + "`: file exists");
        PosixTreeTarget tree(parent, name, folder / name);
        CHECK_FALSE(tree.begin_folder(""));
    }
    CHECK_FALSE(std::filesystem::exists(folder / "victim"));
}

TEST_CASE("long zeros become holes, and the size stays") {
    const testing::TemporaryFolder folder;
    const FileDescriptor parent = open_folder(folder.path());
    PosixTreeTarget target(parent, "sparse", folder / "sparse");
    const Bytes zeros(std::size_t{1} << 20U);
    REQUIRE(target.begin_file("", FileMode::plain, zeros.size() * 2 + 1));
    REQUIRE(target.write(zeros));
    REQUIRE(target.write(as_bytes("x")));
    REQUIRE(target.write(zeros));
    REQUIRE(target.end_file());
    const struct stat status = status_of(folder / "sparse");
    CHECK(status.st_size == (2 << 20) + 1);
    CHECK(status.st_blocks * 512 < 1 << 20);
    PosixTreeSource source(folder / "sparse");
    Bytes byte(1);
    REQUIRE(source.read("", zeros.size(), byte));
    CHECK(byte[0] == 'x');
}

TEST_CASE("what is no file, folder or link is named") {
    const testing::TemporaryFolder folder;
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    PosixTreeSource source(folder.path());
    const auto listed = source.list("");
    REQUIRE_FALSE(listed);
    CHECK(listed.error().code == ErrorCode::unsupported);
    CHECK(
        listed.error().message ==
        "`" + (folder / "pipe") + "` is neither a file, a folder nor a symbolic link"
    );
}
