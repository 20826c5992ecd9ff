#include "io/posix_commands.h"

#include <doctest/doctest.h>

using namespace ducksnest;

namespace {

Result<CommandResult> shell(const std::string& script, CommandLine line = {}) {
    line.words = {"sh", "-c", script};
    return io::PosixCommands().run(line);
}

} // namespace

TEST_CASE("a command's output, errors and exit come back apart") {
    const auto said = shell("cat; echo oops >&2; exit 7", {.input = "quack"});
    REQUIRE(said);
    CHECK(said->out == "quack");
    CHECK(said->err == "oops\n");
    CHECK(said->exit == 7);
    CHECK(!said->is_success());
}

TEST_CASE("a command gets variables on top of ours and starts in its folder") {
    const auto said =
        shell("echo $DUCK; pwd", {.environment = {{"DUCK", "quack"}}, .folder = "/proc"});
    REQUIRE(said);
    CHECK(said->out == "quack\n/proc\n");
}

TEST_CASE("a command that was killed has the exit of its signal") {
    const auto said = shell("kill -9 $$");
    REQUIRE(said);
    CHECK(said->exit == 137);
}

TEST_CASE("a command that takes too long is ended with all it started") {
    const auto said = shell("sleep 60 & sleep 60", {.timeout = Duration(100)});
    REQUIRE(!said);
    CHECK(said.error().code == ErrorCode::timeout);
    CHECK(said.error().message == "`sh` took longer than 100ms and was ended");
}

TEST_CASE("what a command leaves running does not keep us waiting") {
    const auto said = shell("echo done; sleep 5 &");
    REQUIRE(said);
    CHECK(said->out == "done\n");
}

TEST_CASE("a large input and output pass through at the same time") {
    const std::string text(3'000'000, 'q');
    const auto said = shell("cat", {.input = text});
    REQUIRE(said);
    CHECK(said->out == text);
}

TEST_CASE("a program that is not there is not found") {
    const auto said = io::PosixCommands().run({.words = {"no-such-duck"}});
    REQUIRE(!said);
    CHECK(said.error().code == ErrorCode::not_found);
}
