#include "io/folder_store.h"
#include "io/object_stores.h"
#include "io/testing/temporary_folder.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

using namespace ducksnest;
namespace fs = std::filesystem;

namespace {

std::size_t files_in(const fs::path& folder) {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
        count += entry.path().filename() == "lock" ? 0U : 1U;
    }
    return count;
}

} // namespace

TEST_CASE("what a killed writer leaves behind is never seen, and cleared away") {
    io::testing::TemporaryFolder folder;
    io::FolderStore(folder.path()).put("old", ObjectSource::of(as_bytes("1")), {}).value();
    const pid_t child = fork();
    if (child == 0) {
        io::FolderStore store(folder.path());
        const ObjectSource endless = {
            .read = [](std::uint64_t, std::span<std::uint8_t> out) -> Result<std::size_t> {
                return out.size();
            }
        };
        static_cast<void>(store.put("endless", endless, {}).has_value());
        _exit(0);
    }
    while (files_in(folder / ".incoming") == 0) {
        usleep(1000);
    }
    // A writer that lives is left in peace.
    REQUIRE(put_bytes(*io::open_object_store(folder.path()).value(), "b", as_bytes("2")));
    CHECK(files_in(folder / ".incoming") == 1);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    io::FolderStore store(folder.path());
    CHECK(!store.head("endless").value().has_value());
    REQUIRE(put_bytes(store, "c", as_bytes("3")));
    CHECK(files_in(folder / ".incoming") == 0);
    std::string listed;
    REQUIRE(store.list({}, [&](const ObjectEntry& entry) {
        listed += entry.key + " ";
        return true;
    }));
    CHECK(listed == "b c old ");
}

TEST_CASE("symbolic links lead nowhere") {
    io::testing::TemporaryFolder folder;
    io::testing::TemporaryFolder outside;
    std::ofstream(outside / "secret") << "secret";
    fs::create_directory_symlink(outside.path(), folder / "out");
    fs::create_symlink(outside / "secret", folder / "link");
    io::FolderStore store(folder.path());
    CHECK(get_bytes(store, "link", 100).error().code == ErrorCode::not_found);
    CHECK(get_bytes(store, "out/secret", 100).error().code == ErrorCode::denied);
    CHECK(put_bytes(store, "out/new", {}).error().code == ErrorCode::denied);
    CHECK(store.remove("out/secret").error().code == ErrorCode::denied);
    // A link in the place of an object is replaced, not followed.
    REQUIRE(put_bytes(store, "link", as_bytes("mine")));
    CHECK(fs::file_size(outside / "secret") == 6);
    CHECK(files_in(outside.path()) == 1);
    std::string listed;
    REQUIRE(store.list({}, [&](const ObjectEntry& entry) {
        listed += entry.key + " ";
        return true;
    }));
    CHECK(listed == "link ");
}

TEST_CASE("URLs of stores") {
    const auto message = [](const std::string& url) {
        const Error error = io::open_object_store(url).error();
        return error.message + " | " + error.help;
    };
    CHECK(
        message("ftp://host/x") ==
        "there is no kind of store `ftp` | one of s3://bucket, file:///folder, http://host, "
        "https://host, or a path"
    );
    CHECK(message("") == "the store's URL is empty | s3://bucket, or a path");
    CHECK(
        message("file://cache") == "`file://cache` names no folder of this machine | write "
                                   "file:///absolute/path, or only the path"
    );
    CHECK(
        message("s3://UP") ==
        "`UP` is no name of a bucket | 3 to 63 lower-case letters, digits, `-` and `.`"
    );
    CHECK(
        message("s3://bucket/folder") == "`s3://bucket/folder` names a folder in a bucket | Nix "
                                         "knows only whole buckets: s3://bucket"
    );
    CHECK(
        message("s3://bucket?regoin=x") ==
        "an S3 URL has no parameter `regoin` | did you mean `region`?"
    );
    CHECK(io::open_object_store("s3://bucket?compression=zstd&endpoint=minio.lan&scheme=http"));
}
