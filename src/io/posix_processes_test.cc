#include "io/posix_files.h"
#include "io/posix_processes.h"
#include "io/testing/temporary_folder.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <thread>

using namespace ducksnest;
using namespace std::chrono_literals;

namespace {

Program shell(const io::testing::TemporaryFolder& folder, std::string script) {
    return {
        .path = "/bin/sh",
        .arguments = {"-c", std::move(script)},
        .environment = {{"GREETING", "quack"}},
        .folder = folder.path(),
        .log_file = folder / "log",
    };
}

Ending wait_for_end(io::PosixProcesses& processes, const ProcessId& id) {
    for (int i = 0; i < 1000; ++i) {
        if (const std::optional<Ending> ending = processes.ending(id)) {
            return *ending;
        }
        std::this_thread::sleep_for(5ms);
    }
    return "still running";
}

} // namespace

TEST_CASE("a program gets exactly its arguments, environment, folder and log") {
    const io::testing::TemporaryFolder folder;
    io::PosixProcesses processes;
    const ProcessId id =
        processes.start(shell(folder, "echo $GREETING $HOME; pwd; echo no >&2; exit 3")).value();
    CHECK(wait_for_end(processes, id) == "exit code 3");
    io::PosixFiles files(folder.path());
    const Bytes log = files.read("log").value().value();
    CHECK(as_text(log) == "quack\n" + folder.path() + "\nno\n");
}

TEST_CASE("a program that does not exist is an error at once") {
    const io::testing::TemporaryFolder folder;
    io::PosixProcesses processes;
    Program program = shell(folder, "");
    program.path = "/nonexistent/etcd";
    const Error error = processes.start(program).error();
    CHECK(error.code == ErrorCode::not_found);
    CHECK(error.message.contains("`/nonexistent/etcd`"));
}

TEST_CASE("stop asks first and forces after the grace") {
    const io::testing::TemporaryFolder folder;
    io::PosixProcesses processes;
    const ProcessId polite = processes.start(shell(folder, "sleep 60 & wait")).value();
    CHECK(processes.stop(polite, 5s).has_value());
    CHECK(processes.ending(polite)->starts_with("signal 15"));

    const ProcessId stubborn =
        processes.start(shell(folder, "trap '' TERM; echo up; while :; do sleep 0.05; done"))
            .value();
    std::this_thread::sleep_for(100ms);
    CHECK(!processes.ending(stubborn).has_value());
    CHECK(processes.stop(stubborn, 100ms).has_value());
    CHECK(processes.ending(stubborn)->starts_with("signal 9"));
    CHECK(processes.stop(stubborn, 100ms).has_value());
}

TEST_CASE("a number that was given out again is somebody else") {
    io::PosixProcesses processes;
    const ProcessId impostor{.pid = ::getpid(), .start_ticks = 1};
    CHECK(processes.ending(impostor) == "gone");
    CHECK(processes.stop(impostor, 10ms).has_value()); // and we are still here
}
