#include "io/local_places.h"
#include "io/posix_files.h"
#include "io/testing/http_server.h"
#include "io/testing/temporary_folder.h"

#include <doctest/doctest.h>

#include <string>

using namespace ducksnest;

TEST_CASE("a port that somebody listens on is not free") {
    const std::string address = "127.0.0.1";
    const io::testing::HttpServer server([](const auto&) { return io::testing::HttpAnswer{}; });
    const std::string url = server.url();
    const int port = std::stoi(url.substr(url.rfind(':') + 1));
    CHECK_FALSE(io::is_port_free(address, port));
    CHECK(io::is_port_free("127.93.1.1", port));
    CHECK_FALSE(io::is_port_free("192.0.2.1", 8080)); // Not an address of this machine.
    CHECK_FALSE(io::is_port_free("nonsense", 8080));
}

TEST_CASE("a folder goes with all that is in it") {
    const io::testing::TemporaryFolder folder;
    io::PosixFiles files(folder.path());
    REQUIRE(files.write("a/b/c", {.bytes = to_bytes("x")}));
    CHECK(io::remove_folder(folder.path() + "/a"));
    CHECK_FALSE(files.read("a/b/c").value());
    CHECK(io::remove_folder(folder.path() + "/a"));
}
