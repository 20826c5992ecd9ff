#include "io/posix_node_secrets.h"
#include "io/testing/temporary_folder.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

using namespace ducksnest;
using namespace ducksnest::io;
using ducksnest::io::testing::TemporaryFolder;

namespace {

mode_t mode_of(const std::string& path) {
    struct stat found{};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return found.st_mode & 07777;
}

std::vector<NodeSecret> secrets() {
    return {
        {.path = "bundles/cluster.crt", .content = as_bytes("bundle"), .is_private = false},
        {.path = "kubelet.key", .content = as_bytes("key")},
    };
}

} // namespace

TEST_CASE("a node's secrets are replaced as a set, with the modes they need") {
    const TemporaryFolder place;
    const std::string folder = place / "opened";
    PosixNodeSecrets door;
    REQUIRE(door.replace(folder, secrets()).value().empty());
    CHECK(mode_of(folder + "/kubelet.key") == 0400);
    CHECK(mode_of(folder + "/bundles/cluster.crt") == 0444);
    CHECK(mode_of(folder + "/bundles") == 0755);
    // What is no longer wanted goes.
    REQUIRE(door.replace(folder, {secrets().front()}).has_value());
    CHECK(!std::filesystem::exists(folder + "/kubelet.key"));
}

TEST_CASE("a user that does not exist is named, and the file belongs to whoever runs us") {
    const TemporaryFolder place;
    PosixNodeSecrets door;
    const std::vector<NodeSecret> files{
        {.path = "a.key", .content = as_bytes("a"), .user = "no-such-user"},
        {.path = "b.key", .content = as_bytes("b"), .user = "no-such-user"},
    };
    CHECK(
        door.replace(place / "opened", files).value() == std::vector<std::string>{"no-such-user"}
    );
    CHECK(mode_of(place / "opened/a.key") == 0400);
}

TEST_CASE("a folder with anything else in it is left alone") {
    const TemporaryFolder place;
    const std::string folder = place / "homework";
    std::filesystem::create_directories(folder + "/deep");
    std::ofstream(folder + "/deep/essay.txt") << "precious";
    PosixNodeSecrets door;
    const auto refused = door.replace(folder, secrets());
    REQUIRE(!refused.has_value());
    CHECK(refused.error().code == ErrorCode::denied);
    CHECK(
        refused.error().message ==
        "`" + folder + "/deep/essay.txt` is not one of the files that were opened here before"
    );
    CHECK(std::filesystem::exists(folder + "/deep/essay.txt"));
    CHECK(!std::filesystem::exists(folder + "/kubelet.key"));
}
