#include "io/stream.h"

#include "io/signals.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ducksnest::io {
namespace {

constexpr std::size_t width_default = 80;

/// Hides what is typed for as long as it lives; an interrupt brings the echo back too.
class HiddenTyping {
public:
    explicit HiddenTyping(int terminal)
        : terminal_(terminal) {
        if (tcgetattr(terminal_, &before_) == 0) {
            restore_on_interrupt(terminal_, before_);
            termios hidden = before_;
            hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
            tcsetattr(terminal_, TCSAFLUSH, &hidden);
        }
    }
    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;
    ~HiddenTyping() {
        tcsetattr(terminal_, TCSAFLUSH, &before_);
        forget_terminal();
    }

private:
    int terminal_;
    termios before_{};
};

} // namespace

void Stream::write(std::string_view text) {
    while (!text.empty() && !is_closed_) {
        const ssize_t written = ::write(descriptor_, text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            is_closed_ = true;
            if (errno != EPIPE) {
                failure_ = std::strerror(errno);
            }
        }
    }
}

bool Stream::is_terminal() const {
    return isatty(descriptor_) == 1;
}

std::size_t Stream::width() const {
    winsize size{};
    if (ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    return width_default;
}

bool Keyboard::is_terminal() const {
    return isatty(STDIN_FILENO) == 1;
}

std::optional<std::string> Keyboard::read_line() {
    std::string line;
    char c = 0;
    while (true) {
        const ssize_t got = read(STDIN_FILENO, &c, 1);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return line.empty() ? std::nullopt : std::optional(line);
        }
        if (c == '\n') {
            return line;
        }
        line.push_back(c);
    }
}

Result<Secret> Keyboard::read_secret(std::string_view prompt) {
    const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (terminal < 0) {
        return fail(
            ErrorCode::unavailable,
            "there is no terminal to ask for a passphrase",
            "run it in a terminal, or use a key without passphrase"
        );
    }
    Stream(terminal).write(prompt);
    // The most a passphrase can have; a growing buffer would leave copies behind in freed memory.
    Secret typed(1024);
    std::size_t size = 0;
    {
        const HiddenTyping hidden(terminal);
        char c = 0;
        while (size < typed.size() && read(terminal, &c, 1) == 1 && c != '\n') {
            typed.span()[size++] = static_cast<std::uint8_t>(c);
        }
    }
    Stream(terminal).write("\n");
    close(terminal);
    return Secret(typed.view().first(size));
}

} // namespace ducksnest::io
