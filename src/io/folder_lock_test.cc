#include "io/folder_lock.h"
#include "io/testing/temporary_folder.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

using namespace ducksnest;
using io::FolderLock;

TEST_CASE("a second run is told who has the folder") {
    const io::testing::TemporaryFolder folder;
    const std::string secrets = folder / "secrets";
    std::optional<FolderLock> first = FolderLock::acquire(secrets).value();
    const Error error = FolderLock::acquire(secrets).error();
    CHECK(error.code == ErrorCode::conflict);
    CHECK(
        error.message ==
        "`" + secrets + "` is being changed by process " + std::to_string(::getpid())
    );
    CHECK(error.help == "wait until that run has ended, then try again");
    first.reset();
    CHECK(FolderLock::acquire(secrets).has_value());
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a killed holder does not keep the folder") {
    const io::testing::TemporaryFolder folder;
    const std::string secrets = folder / "secrets";
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const Result<FolderLock> held = FolderLock::acquire(secrets);
        ::kill(::getpid(), SIGKILL);
        ::_exit(held.has_value() ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK(std::filesystem::exists(folder / ".secrets.lock"));
    CHECK(FolderLock::acquire(secrets).has_value());
}
