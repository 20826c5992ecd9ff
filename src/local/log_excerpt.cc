#include "local/log_excerpt.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace ducksnest::local {
namespace {

constexpr std::size_t lines_max = 10;
constexpr std::size_t head_width = 48;
constexpr std::size_t tail_width = 104;

struct Cause {
    std::string_view words{};
    std::string_view help{};
};

/// Sources: crypto/x509 CertificateInvalidError, strerror(3), fs.ErrPermission.
constexpr std::array<Cause, 7> causes{{
    {"current time",
     "a clock is wrong, or the certificates are out of date: compare `date -u` with "
     "the times in these lines, and set the clock with `timedatectl`"},
    {"certificate has expired or is not yet valid",
     "a clock is wrong, or the certificates are out of date: compare `date -u` with "
     "`ducksnest certs status`"},
    {"bad certificate",
     "the two sides do not accept each other's certificates: if they were made at "
     "different times, check the clock with `timedatectl`"},
    {"address already in use", "another program listens there: `ss -ltnp` names it"},
    {"no space left on device", "the disk is full: `df -h` shows which"},
    {"permission denied", "a file or folder is not this user's: the line names it"},
    {"too many open files", "raise the limit: `ulimit -n 65536`"},
}};

std::string clipped(std::string_view line) {
    if (line.size() <= head_width + tail_width) {
        return std::string(line);
    }
    return fmt::format(
        "{} … {}", line.substr(0, head_width), line.substr(line.size() - tail_width)
    );
}

std::vector<std::string_view> end_of(std::string_view log) {
    std::vector<std::string_view> lines = split(log, '\n');
    std::erase(lines, "");
    const std::size_t skipped = lines.size() - std::min(lines.size(), lines_max);
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(skipped));
    return lines;
}

} // namespace

std::string last_lines(std::string_view log) {
    std::string text;
    for (const std::string_view line : end_of(log)) {
        text += "\n    " + clipped(line);
    }
    return text;
}

std::string help_for(std::string_view log) {
    const std::vector<std::string_view> lines = end_of(log);
    for (const Cause& cause : causes) {
        if (std::ranges::any_of(lines, [&](std::string_view line) {
                return line.contains(cause.words);
            })) {
            return std::string(cause.help);
        }
    }
    return {};
}

} // namespace ducksnest::local
