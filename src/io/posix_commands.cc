#include "io/posix_commands.h"

#include "io/file_descriptor.h"
#include "io/os_error.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace ducksnest::io {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t output_max = 64UL << 20U;

/// How long output may still come from a program that has ended, by processes that it left.
constexpr auto linger = std::chrono::milliseconds(200);

/// C strings that live as long as their owner, ended by a null pointer.
class StringTable {
public:
    void add(std::string text) { texts_.push_back(std::move(text)); }
    char* const* get() {
        pointers_.clear();
        for (std::string& text : texts_) {
            pointers_.push_back(text.data());
        }
        pointers_.push_back(nullptr);
        return pointers_.data();
    }

private:
    std::vector<std::string> texts_{};
    std::vector<char*> pointers_{};
};

StringTable environment_of(const CommandLine& line) {
    StringTable table;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        if (!line.environment.contains(std::string(text.substr(0, text.find('='))))) {
            table.add(std::string(text));
        }
    }
    for (const auto& [name, value] : line.environment) {
        std::string entry = name;
        entry += '=';
        entry += value;
        table.add(std::move(entry));
    }
    return table;
}

/// Names are looked up in PATH by execvpe(3) itself, after the environment was put together.
StringTable words_of(const CommandLine& line) {
    StringTable table;
    for (const std::string& word : line.words) {
        table.add(word);
    }
    return table;
}

struct Pipe {
    FileDescriptor read{};
    FileDescriptor write{};
};

std::optional<Pipe> open_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return std::nullopt;
    }
    return Pipe{.read = FileDescriptor(ends[0]), .write = FileDescriptor(ends[1])};
}

void restore_signals() {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGHUP}) {
        ::signal(number, SIG_DFL);
    }
}

/// What the child does between fork and exec.
struct Launch {
    char* const* words = nullptr;
    char* const* environment = nullptr;
    const char* folder = nullptr;
    int input = -1;
    int out = -1;
    int err = -1;
    int report = -1; ///< Takes errno when exec fails; closes by itself when it succeeds.
    pid_t parent = 0;
    int end_signal = SIGKILL; ///< When we end first.
};

[[noreturn]] void become_child(const Launch& launch) {
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, launch.end_signal);
    if (::getppid() != launch.parent) {
        ::_exit(127); // the parent was gone before the request above was heard
    }
    restore_signals();
    if (::dup2(launch.input, 0) >= 0 && ::dup2(launch.out, 1) >= 0 && ::dup2(launch.err, 2) >= 0 &&
        (launch.folder == nullptr || ::chdir(launch.folder) == 0)) {
        ::execvpe(launch.words[0], launch.words, launch.environment);
    }
    const int error = errno;
    [[maybe_unused]] const ssize_t written = ::write(launch.report, &error, sizeof error);
    ::_exit(127);
}

/// A program that runs, and the ends of its pipes that are ours.
class Child {
public:
    Child(pid_t pid, FileDescriptor input, FileDescriptor out, FileDescriptor err)
        : pid_(pid)
        , input_(std::move(input))
        , out_(std::move(out))
        , err_(std::move(err)) {
        for (const int file : {input_.get(), out_.get(), err_.get()}) {
            ::fcntl(file, F_SETFL, O_NONBLOCK);
        }
    }

    Result<CommandResult> finish(const CommandLine& line) {
        const auto start = SteadyClock::now();
        std::optional<SteadyClock::time_point> ended;
        while (true) {
            feed(line.input);
            const bool is_open = take(out_, result_.out) | take(err_, result_.err);
            const auto now = SteadyClock::now();
            int status = 0;
            if (!ended && ::waitpid(pid_, &status, WNOHANG) == pid_) {
                ended = now;
                result_.exit = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
            }
            if (ended && (!is_open || now - *ended > linger)) {
                return std::move(result_);
            }
            const bool is_late = line.timeout > Duration() && now - start > line.timeout;
            const bool is_long = result_.out.size() + result_.err.size() > output_max;
            if (!ended && (is_late || is_long)) {
                end();
                return is_long ? fail(
                                     ErrorCode::corrupt,
                                     "`" + line.words[0] + "` said more than 64 MiB and was ended"
                                 )
                               : fail(
                                     ErrorCode::timeout,
                                     "`" + line.words[0] + "` took longer than " +
                                         format_duration(line.timeout) + " and was ended"
                                 );
            }
            wait(is_open, ended.has_value());
        }
    }

private:
    void feed(const std::string& input) {
        while (input_.is_open()) {
            const ssize_t put =
                fed_ == input.size() ? 0 : ::write(input_.get(), &input[fed_], input.size() - fed_);
            if (put < 0 && (errno == EAGAIN || errno == EINTR)) {
                return;
            }
            fed_ += put > 0 ? static_cast<std::size_t>(put) : 0;
            if (put <= 0 || fed_ == input.size()) {
                input_.close();
            }
        }
    }

    /// Whether more may come.
    static bool take(FileDescriptor& from, std::string& text) {
        std::array<char, 16384> piece{};
        while (from.is_open()) {
            const ssize_t got = ::read(from.get(), piece.data(), piece.size());
            if (got > 0) {
                text.append(piece.data(), static_cast<std::size_t>(got));
            } else if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
                return true;
            } else {
                from.close();
            }
        }
        return false;
    }

    void wait(bool is_open, bool has_ended) {
        // A program that has closed its output is waited for without a descriptor to poll.
        std::array<pollfd, 3> files{};
        nfds_t count = 0;
        for (FileDescriptor* file : {&out_, &err_}) {
            if (file->is_open()) {
                files.at(count++) = {.fd = file->get(), .events = POLLIN, .revents = 0};
            }
        }
        if (input_.is_open()) {
            files.at(count++) = {.fd = input_.get(), .events = POLLOUT, .revents = 0};
        }
        ::poll(files.data(), count, !is_open || has_ended ? 5 : 50);
    }

    void end() const {
        ::kill(-pid_, SIGKILL);
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

    pid_t pid_;
    FileDescriptor input_;
    FileDescriptor out_;
    FileDescriptor err_;
    std::size_t fed_ = 0;
    CommandResult result_{};
};

} // namespace

Result<CommandResult> PosixCommands::run(const CommandLine& line) {
    std::optional<Pipe> input = open_pipe();
    std::optional<Pipe> out = open_pipe();
    std::optional<Pipe> err = open_pipe();
    std::optional<Pipe> report = open_pipe();
    if (!input || !out || !err || !report) {
        return os_failure("start", line.words[0], errno);
    }
    StringTable words = words_of(line);
    StringTable environment = environment_of(line);
    const Launch launch{
        .words = words.get(),
        .environment = environment.get(),
        .folder = line.folder.empty() ? nullptr : line.folder.c_str(),
        .input = input->read.get(),
        .out = out->write.get(),
        .err = err->write.get(),
        .report = report->write.get(),
        .parent = ::getpid(),
        .end_signal = line.ends_gently ? SIGINT : SIGKILL,
    };
    const pid_t pid = ::fork();
    if (pid == 0) {
        become_child(launch);
    }
    if (pid < 0) {
        return os_failure("start", line.words[0], errno);
    }
    for (FileDescriptor* file : {&input->read, &out->write, &err->write, &report->write}) {
        file->close();
    }
    int error = 0;
    ssize_t got = 0;
    do {
        got = ::read(report->read.get(), &error, sizeof error);
    } while (got < 0 && errno == EINTR);
    if (got == sizeof error) {
        ::waitpid(pid, nullptr, 0);
        return os_failure("start", line.words[0], error);
    }
    return Child(pid, std::move(input->write), std::move(out->read), std::move(err->read))
        .finish(line);
}

std::unexpected<Error> PosixCommands::become(const CommandLine& line) {
    StringTable words = words_of(line);
    restore_signals();
    ::execvp(words.get()[0], words.get());
    return os_failure("start", line.words[0], errno);
}

} // namespace ducksnest::io
