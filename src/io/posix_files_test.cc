#include "io/posix_files.h"
#include "io/testing/temporary_folder.h"

#include <doctest/doctest.h>

#include <filesystem>

using namespace ducksnest;
using io::PosixFiles;

namespace fs = std::filesystem;

TEST_CASE("links that lead out of the folder are refused, links inside are followed") {
    const io::testing::TemporaryFolder outside;
    const io::testing::TemporaryFolder root;
    PosixFiles files(root.path());
    REQUIRE(files.write("inside/x", {.bytes = to_bytes("x")}));
    fs::create_symlink(outside.path(), root / "out");
    fs::create_symlink("inside", root / "in");
    fs::create_symlink("/etc/passwd", root / "passwd");
    CHECK(
        files.write("out/x", {}).error().message ==
        "`out/x` leads out of `" + root.path() + "` through a symbolic link"
    );
    CHECK(files.read("out/x").error().code == ErrorCode::denied);
    CHECK(files.remove("out/x").error().code == ErrorCode::denied);
    CHECK(files.replace_tree("out/x", {}).error().code == ErrorCode::denied);
    CHECK(
        files.read("passwd").error().message ==
        "`passwd` is a symbolic link that leads out of `" + root.path() + "`"
    );
    CHECK(files.read("in/x").value() == to_bytes("x"));
    CHECK(files.read_tree(".").error().message.ends_with("is a symbolic link"));
    CHECK(fs::is_empty(outside.path()));
}

TEST_CASE("writing through a link replaces the link, not what it points to") {
    const io::testing::TemporaryFolder root;
    PosixFiles files(root.path());
    REQUIRE(files.write("real", {.bytes = to_bytes("old")}));
    fs::create_symlink("real", root / "link");
    REQUIRE(files.write("link", {.bytes = to_bytes("new")}));
    CHECK(files.read("real").value() == to_bytes("old"));
    CHECK(files.read("link").value() == to_bytes("new"));
}

TEST_CASE("a lock that is held covers replacing the tree, and shuts others out") {
    const io::testing::TemporaryFolder root;
    PosixFiles ours(root.path());
    PosixFiles theirs(root.path());
    std::shared_ptr<void> held = ours.lock("secrets").value();
    CHECK(ours.replace_tree("secrets", {{"a", {.bytes = to_bytes("1")}}}).has_value());
    CHECK(theirs.replace_tree("secrets", {}).error().code == ErrorCode::conflict);
    CHECK(theirs.read_tree("secrets").value().size() == 1);
    held.reset();
    CHECK(theirs.replace_tree("secrets", {}).has_value());
}

TEST_CASE("a failed write leaves neither the file nor its temporary") {
    const io::testing::TemporaryFolder root;
    PosixFiles files(root.path());
    fs::create_directory(root / "taken");
    REQUIRE(files.write("taken/x", {}));
    CHECK(files.write("taken", {.bytes = to_bytes("x")}).error().code == ErrorCode::conflict);
    CHECK(std::distance(fs::directory_iterator(root.path()), fs::directory_iterator()) == 1);
}
