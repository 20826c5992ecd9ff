#include "child.h"

#include "base/assert.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

extern char** environ; // NOLINT(readability-redundant-declaration)

namespace ducksnest::bench {
namespace {

/// In KiB, as the kernel keeps it (proc_pid_status(5)); 0 when the program has ended.
long high_water_mark(pid_t pid) {
    std::ifstream status(fmt::format("/proc/{}/status", pid));
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) {
            return std::strtol(line.c_str() + 6, nullptr, 10);
        }
    }
    return 0;
}

} // namespace

int free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    ASSERT(::bind(probe, generic, size) == 0 && ::getsockname(probe, generic, &size) == 0);
    ::close(probe);
    return ntohs(address.sin_port);
}

Child::Child(const std::vector<std::string>& arguments)
    : name_(fmt::format("{}", fmt::join(arguments, " "))) {
    std::vector<char*> argv;
    for (const std::string& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    const int error = posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        fmt::print(stderr, "error: cannot start {}\n", name_);
        std::exit(1);
    }
}

Child::~Child() {
    if (pid_ != 0) {
        stop();
    }
}

long Child::finish() {
    long peak = 0;
    int status = 0;
    // Not `ru_maxrss`: a program starts with that of the one which started it.
    while (waitpid(pid_, &status, WNOHANG) == 0) {
        peak = std::max(peak, high_water_mark(pid_));
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    pid_ = 0;
    if (!WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 130)) {
        fmt::print(stderr, "error: failed: {}\n", name_);
        std::exit(1);
    }
    return peak / 1024;
}

long Child::stop() {
    const long before = high_water_mark(pid_) / 1024;
    kill(pid_, SIGTERM);
    return std::max(before, finish());
}

} // namespace ducksnest::bench
