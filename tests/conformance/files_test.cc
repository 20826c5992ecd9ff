#include "io/posix_files.h"
#include "io/testing/temporary_folder.h"
#include "ports/files.h"
#include "sim/memory_files.h"

#include <doctest/doctest.h>

#include <memory>

using namespace ducksnest;

namespace {

struct OnDisk {
    io::testing::TemporaryFolder folder{};
    io::PosixFiles files{folder.path()};
};

struct OnDiskWithoutExchange {
    io::testing::TemporaryFolder folder{};
    io::PosixFiles files{folder.path(), {.exchange = io::Exchange::two_renames}};
};

struct InMemory {
    sim::MemoryFiles files{};
};

TreeFile file(std::string_view text, bool is_private = false) {
    return {.bytes = to_bytes(text), .is_private = is_private};
}

} // namespace

TEST_CASE_TEMPLATE("every Files: single files", Ground, OnDisk, InMemory) {
    Ground ground;
    Files& files = ground.files;
    CHECK(!files.read("a/b").value().has_value());
    REQUIRE(files.write("a/b", file("one")));
    CHECK(files.read("a/b").value() == to_bytes("one"));
    REQUIRE(files.write("a/b", file("")));
    CHECK(files.read("a/b").value() == Bytes());
    CHECK(!files.read("a/b/c").value().has_value());
    REQUIRE(files.remove("a/b"));
    CHECK(!files.read("a/b").value().has_value());
    CHECK(files.remove("a/b").has_value());
}

TEST_CASE_TEMPLATE("every Files: paths that are refused", Ground, OnDisk, InMemory) {
    Ground ground;
    Files& files = ground.files;
    CHECK(files.read("").error().message == "a path is empty");
    CHECK(files.read("../x").error().message == "path `../x` leads out of its folder");
    CHECK(
        files.write("a/../../x", {}).error().message == "path `a/../../x` leads out of its folder"
    );
    CHECK(files.write("a//x", {}).error().message == "path `a//x` has an empty part");
    CHECK(files.remove("./x").error().message == "path `./x` has an empty part");
    CHECK(files.read_tree("a/..").error().message == "path `a/..` leads out of its folder");
    CHECK(files.replace_tree("..", {}).error().message == "path `..` leads out of its folder");
    const Error absolute = files.replace_tree("t", {{"/etc/x", {}}}).error();
    CHECK(absolute.message == "path `/etc/x` is absolute");
    CHECK(files.replace_tree("t", {{"a\nb", {}}}).error().code == ErrorCode::invalid);
    CHECK(files.read_tree("t").value().empty());
}

TEST_CASE_TEMPLATE(
    "every Files: a tree is replaced as a set", Ground, OnDisk, OnDiskWithoutExchange, InMemory
) {
    Ground ground;
    Files& files = ground.files;
    CHECK(files.read_tree("secrets").value().empty());
    const Tree first{{"a/deep/one", file("1", true)}, {"two", file("2")}};
    REQUIRE(files.replace_tree("secrets", first));
    CHECK(files.read_tree("secrets").value() == first);
    CHECK(files.read("secrets/a/deep/one").value() == to_bytes("1"));
    REQUIRE(files.write("secret", file("a neighbour")));
    // A file where a folder was, and the other way round.
    const Tree second{{"a", file("now a file")}, {"two/x", file("now below a folder")}};
    REQUIRE(files.replace_tree("secrets", second));
    CHECK(files.read_tree("secrets").value() == second);
    CHECK(files.read("secret").value() == to_bytes("a neighbour"));
    REQUIRE(files.replace_tree("secrets", {}));
    CHECK(files.read_tree("secrets").value().empty());
}

TEST_CASE_TEMPLATE("every Files: the holder of a lock goes on", Ground, OnDisk, InMemory) {
    Ground ground;
    Files& files = ground.files;
    const std::shared_ptr<void> held = files.lock("secrets").value();
    CHECK(held != nullptr);
    CHECK(files.lock("secrets").value() == held);
    CHECK(files.replace_tree("secrets", {{"a", file("1")}}).has_value());
    CHECK(files.lock("..").error().message == "path `..` leads out of its folder");
}

TEST_CASE_TEMPLATE("every Files: files that may hold private keys", Ground, OnDisk, InMemory) {
    Ground ground;
    Files& files = ground.files;
    const std::string marker = "-----BEGIN OPENSSH PRIVATE KEY-----";
    REQUIRE(files.write("keys/id", file(marker)));
    REQUIRE(files.write("age.txt", file("AGE-SECRET-KEY-")));
    REQUIRE(files.write(".git/id", file(marker)));
    REQUIRE(files.write("big", file("PRIVATE KEY" + std::string(65536, 'x'))));
    REQUIRE(files.write("readme", file("nothing")));
    const Tree found = files.find_key_files(".").value();
    CHECK(found.size() == 2);
    CHECK(found.contains("keys/id"));
    CHECK(found.contains("age.txt"));
    CHECK(files.find_key_files("keys").value().contains("id"));
    CHECK(files.find_key_files("absent").value().empty());
}
