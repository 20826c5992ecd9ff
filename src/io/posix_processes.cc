#include "io/posix_processes.h"

#include "base/text.h"
#include "io/file_descriptor.h"
#include "io/os_error.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <thread>

namespace ducksnest::io {
namespace {

/// State letter and start time of a process; nothing when there is none of that number.
struct Stat {
    char state = 0;
    std::int64_t start_ticks = 0;
};

std::optional<Stat> read_stat(std::int64_t pid) {
    const std::string path = "/proc/" + std::to_string(pid) + "/stat";
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) {
        return std::nullopt;
    }
    std::array<char, 4096> buffer{};
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    const std::string_view text(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    // The program's name stands in brackets and may itself contain spaces and brackets.
    const std::size_t close = text.rfind(')');
    if (close == std::string_view::npos || close + 2 >= text.size()) {
        return std::nullopt;
    }
    const std::vector<std::string_view> fields = split(text.substr(close + 2), ' ');
    constexpr std::size_t start_time = 19; // field 22, counted from the state, which is field 3
    Stat stat{.state = fields[0].empty() ? 'X' : fields[0][0], .start_ticks = 0};
    if (fields.size() <= start_time) {
        return std::nullopt;
    }
    const std::string_view ticks = fields[start_time];
    std::from_chars(ticks.data(), ticks.data() + ticks.size(), stat.start_ticks);
    return stat;
}

Ending describe_status(int status) {
    if (WIFSIGNALED(status)) {
        const int number = WTERMSIG(status);
        return "signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
    }
    return "exit code " + std::to_string(WEXITSTATUS(status));
}

/// C strings that live as long as their owner, ended by a null pointer as execve(2) wants them.
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

/// What the child does between fork and exec; only async-signal-safe calls (signal-safety(7)).
struct Launch {
    const char* path = nullptr;
    const char* folder = nullptr;
    char* const* arguments = nullptr;
    char* const* environment = nullptr;
    int log = -1;
    int report = -1; ///< Takes errno when exec fails; closes by itself when it succeeds.
    pid_t parent = 0;
    bool outlives_us = false;
};

[[noreturn]] void become(const Launch& launch) {
    const auto give_up = [&] {
        const int error = errno;
        [[maybe_unused]] const ssize_t written = ::write(launch.report, &error, sizeof error);
        ::_exit(127);
    };
    ::setsid();
    if (!launch.outlives_us) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != launch.parent) {
            ::_exit(127); // the parent was gone before the request above was heard
        }
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGHUP}) {
        ::signal(number, SIG_DFL);
    }
    const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (::dup2(null, 0) < 0 || ::dup2(launch.log, 1) < 0 || ::dup2(launch.log, 2) < 0 ||
        ::chdir(launch.folder) != 0) {
        give_up();
    }
    ::execve(launch.path, launch.arguments, launch.environment);
    give_up();
    ::_exit(127);
}

void pause_briefly() {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

} // namespace

std::optional<std::string>
PosixProcesses::find(const std::string& name, const std::vector<std::string>& folders) {
    for (const std::string& folder : folders) {
        const std::string path = folder + "/" + name;
        std::error_code ignored;
        if (folder.starts_with('/') && std::filesystem::is_regular_file(path, ignored) &&
            ::access(path.c_str(), X_OK) == 0) {
            return path;
        }
    }
    return std::nullopt;
}

std::string PosixProcesses::self() {
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).string();
}

Result<ProcessId> PosixProcesses::start(const Program& program) {
    const FileDescriptor log(
        ::open(program.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640)
    );
    if (!log.is_open()) {
        return os_failure("open", program.log_file, errno);
    }
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return os_failure("start", program.path, errno);
    }
    const FileDescriptor read_end(ends[0]);
    FileDescriptor write_end(ends[1]);
    StringTable arguments;
    arguments.add(program.path);
    for (const std::string& argument : program.arguments) {
        arguments.add(argument);
    }
    StringTable environment;
    for (const auto& [name, value] : program.environment) {
        environment.add(name + "=" + value);
    }
    const Launch launch{
        .path = program.path.c_str(),
        .folder = program.folder.c_str(),
        .arguments = arguments.get(),
        .environment = environment.get(),
        .log = log.get(),
        .report = write_end.get(),
        .parent = ::getpid(),
        .outlives_us = program.outlives_us,
    };
    const pid_t pid = ::fork();
    if (pid == 0) {
        become(launch);
    }
    if (pid < 0) {
        return os_failure("start", program.path, errno);
    }
    write_end.close();
    int error = 0;
    ssize_t got = 0;
    do {
        got = ::read(read_end.get(), &error, sizeof error);
    } while (got < 0 && errno == EINTR);
    if (got == sizeof error) {
        ::waitpid(pid, nullptr, 0);
        return os_failure("start", program.path, error);
    }
    const std::optional<Stat> stat = read_stat(pid);
    return ProcessId{.pid = pid, .start_ticks = stat ? stat->start_ticks : 0};
}

std::optional<Ending> PosixProcesses::ending(const ProcessId& id) {
    const std::scoped_lock lock(mutex_);
    if (const auto known = endings_.find(id); known != endings_.end()) {
        return known->second;
    }
    int status = 0;
    const pid_t pid = static_cast<pid_t>(id.pid);
    const std::optional<Stat> stat = read_stat(id.pid);
    const bool is_same = stat && stat->start_ticks == id.start_ticks;
    if (::waitpid(pid, &status, WNOHANG) == pid) {
        return endings_.emplace(id, describe_status(status)).first->second;
    }
    if (is_same && stat->state != 'Z' && stat->state != 'X') {
        return std::nullopt;
    }
    return endings_.emplace(id, "gone").first->second;
}

Result<void> PosixProcesses::stop(const ProcessId& id, Duration grace) {
    const auto deadline = std::chrono::steady_clock::now() + grace;
    bool asked = false;
    bool forced = false;
    while (!ending(id)) {
        const bool is_late = std::chrono::steady_clock::now() >= deadline;
        if (!asked || (is_late && !forced)) {
            const int number = is_late ? SIGKILL : SIGTERM;
            if (::kill(static_cast<pid_t>(id.pid), number) != 0 && errno != ESRCH) {
                return os_failure("stop", "process " + std::to_string(id.pid), errno);
            }
            asked = true;
            forced = is_late;
        }
        pause_briefly();
    }
    return {};
}

} // namespace ducksnest::io
