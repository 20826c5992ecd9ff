#include "io/signals.h"

#include <unistd.h>

#include <csignal>
#include <string_view>

namespace ducksnest::io {
namespace {

constexpr int exit_interrupted = 130;

// Only what a signal handler may read: plain values that change while the handler is not installed
// or guarded by the flag.
termios saved_settings{};
int saved_terminal = -1;
volatile std::sig_atomic_t has_saved = 0;

extern "C" void on_interrupt(int /*signal*/) {
    if (has_saved != 0) {
        tcsetattr(saved_terminal, TCSAFLUSH, &saved_settings);
    }
    constexpr std::string_view piped = "interrupted\n";
    constexpr std::string_view live = "\r\033[Kinterrupted\n";
    const std::string_view line = isatty(STDERR_FILENO) == 1 ? live : piped;
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
    _exit(exit_interrupted);
}

} // namespace

void stop_on_interrupt() {
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    std::signal(SIGPIPE, SIG_IGN);
}

void restore_on_interrupt(int terminal, const termios& settings) {
    saved_terminal = terminal;
    saved_settings = settings;
    has_saved = 1;
}

void forget_terminal() {
    has_saved = 0;
}

} // namespace ducksnest::io
