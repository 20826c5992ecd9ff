#include "process.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace ducksnest::cli {
namespace {

constexpr int exit_signal_base = 128;

[[noreturn]] void become(const std::string& command, const Setting& setting) {
    std::vector<std::string> texts;
    for (const auto& [name, value] : setting.environment) {
        texts.push_back(name + "=" + value);
    }
    std::vector<char*> environment;
    for (std::string& text : texts) {
        environment.push_back(text.data());
    }
    environment.push_back(nullptr);
    if (chdir(setting.folder.c_str()) == 0) {
        execle("/bin/sh", "sh", "-c", command.c_str(), nullptr, environment.data());
    }
    _exit(127);
}

int exit_of(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : exit_signal_base + WTERMSIG(status);
}

/// Reads once; false at the end.
bool read_some(int descriptor, std::string& text) {
    std::array<char, 65536> chunk{};
    const ssize_t got = read(descriptor, chunk.data(), chunk.size());
    if (got > 0) {
        text.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return got > 0;
}

/// A file without a name that holds the input, so that nobody has to feed a pipe meanwhile.
int input_file(const std::string& input) {
    FILE* file = tmpfile();
    if (file == nullptr || fwrite(input.data(), 1, input.size(), file) != input.size()) {
        throw std::runtime_error("cannot keep the input");
    }
    rewind(file);
    const int descriptor = dup(fileno(file));
    fclose(file);
    lseek(descriptor, 0, SEEK_SET);
    return descriptor;
}

} // namespace

Outcome run_piped(const std::string& command, const std::string& input, const Setting& setting) {
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    if (pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(err.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("cannot make pipes");
    }
    const int in = input_file(input);
    const pid_t child = fork();
    if (child == 0) {
        setsid(); // No terminal to ask on, as in CI.
        dup2(in, STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        become(command, setting);
    }
    close(in);
    close(out[1]);
    close(err[1]);
    Outcome outcome;
    std::array<pollfd, 2> both = {pollfd{out[0], POLLIN, 0}, pollfd{err[0], POLLIN, 0}};
    while (both[0].fd >= 0 || both[1].fd >= 0) {
        poll(both.data(), both.size(), -1);
        if (both[0].revents != 0 && !read_some(both[0].fd, outcome.out)) {
            both[0].fd = -1;
        }
        if (both[1].revents != 0 && !read_some(both[1].fd, outcome.err)) {
            both[1].fd = -1;
        }
    }
    close(out[0]);
    close(err[0]);
    outcome.exit = exit_of(child);
    return outcome;
}

Outcome
run_on_terminal(const std::string& command, const std::string& input, const Setting& setting) {
    int terminal = -1;
    termios settings{};
    settings.c_iflag = ICRNL;
    settings.c_oflag = 0;
    settings.c_cflag = CS8 | CREAD;
    settings.c_lflag = ICANON | ISIG;
    settings.c_cc[VINTR] = 3;
    settings.c_cc[VEOF] = 4;
    winsize size{.ws_row = 40, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
    const pid_t child = forkpty(&terminal, nullptr, &settings, &size);
    if (child == 0) {
        become(command, setting);
    }
    if (child < 0 || write(terminal, input.data(), input.size()) < 0) {
        throw std::runtime_error("cannot make a terminal");
    }
    Outcome outcome;
    while (read_some(terminal, outcome.out)) {
    }
    close(terminal);
    outcome.exit = exit_of(child);
    return outcome;
}

} // namespace ducksnest::cli
