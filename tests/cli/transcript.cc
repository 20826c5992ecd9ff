#include "transcript.h"

#include "base/text.h"

#include <charconv>
#include <stdexcept>

namespace ducksnest::cli {
namespace {

constexpr std::string_view any_lines = "…";

/// "> text" or a bare ">": what stands after the mark.
std::optional<std::string> after_mark(std::string_view line, std::string_view mark) {
    if (line == mark) {
        return std::string();
    }
    if (line.starts_with(mark) && line.substr(mark.size()).starts_with(' ')) {
        return std::string(line.substr(mark.size() + 1));
    }
    return std::nullopt;
}

[[noreturn]] void refuse(std::size_t number, std::string_view why) {
    throw std::runtime_error("line " + std::to_string(number) + ": " + std::string(why));
}

int read_exit(std::string_view text, std::size_t number) {
    int exit = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), exit);
    if (failed != std::errc() || end != text.data() + text.size()) {
        refuse(number, "exit needs a number");
    }
    return exit;
}

/// One line that says something about the command before it; false when it is no such line.
bool read_expectation(std::string_view line, std::size_t number, RunCommand& run) {
    if (const auto typed = after_mark(line, "<")) {
        run.input += *typed + "\n";
    } else if (const auto out = after_mark(line, ">")) {
        run.expected_out.push_back(*out);
    } else if (const auto err = after_mark(line, "!")) {
        run.expected_err.push_back(*err);
    } else if (const auto schema = after_mark(line, "json")) {
        run.json_schema = *schema;
    } else if (const auto exit = after_mark(line, "exit")) {
        run.exit = read_exit(*exit, number);
    } else {
        return false;
    }
    return true;
}

} // namespace

std::vector<Step> parse_transcript(std::string_view text) {
    std::vector<Step> steps;
    std::size_t number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        if (const auto command = after_mark(line, "$")) {
            steps.emplace_back(RunCommand{.line = number, .command = *command});
        } else if (const auto typed = after_mark(line, "tty$")) {
            steps.emplace_back(RunCommand{.line = number, .command = *typed, .on_terminal = true});
        } else if (const auto path = after_mark(line, "file")) {
            steps.emplace_back(WriteFile{.path = *path});
        } else if (const auto folders = after_mark(line, "copy")) {
            const std::size_t space = folders->find(' ');
            if (space == std::string::npos) {
                refuse(number, "copy needs two folders");
            }
            steps.emplace_back(
                CopyFolder{.from = folders->substr(0, space), .to = folders->substr(space + 1)}
            );
        } else if (steps.empty()) {
            refuse(number, "nothing to which this belongs");
        } else if (auto* file = std::get_if<WriteFile>(&steps.back())) {
            const auto content = after_mark(line, "|");
            if (!content) {
                refuse(number, "a file's lines start with `|`");
            }
            file->text += *content + "\n";
        } else if (auto* run = std::get_if<RunCommand>(&steps.back());
                   run == nullptr || !read_expectation(line, number, *run)) {
            refuse(number, "cannot be read");
        }
    }
    return steps;
}

bool line_matches(std::string_view expected, std::string_view actual) {
    const std::size_t at = expected.find("{}");
    if (at == std::string_view::npos) {
        return expected == actual;
    }
    if (!actual.starts_with(expected.substr(0, at))) {
        return false;
    }
    const std::string_view rest = expected.substr(at + 2);
    for (std::size_t begin = at; begin <= actual.size(); ++begin) {
        if (line_matches(rest, actual.substr(begin))) {
            return true;
        }
    }
    return false;
}

bool matches(const std::vector<std::string>& expected, const std::vector<std::string>& actual) {
    // reachable[j]: the first i expected lines can stand for the first j actual ones.
    std::vector<bool> reachable(actual.size() + 1, false);
    reachable[0] = true;
    for (const std::string& line : expected) {
        std::vector<bool> next(actual.size() + 1, false);
        for (std::size_t j = 0; j <= actual.size(); ++j) {
            if (line == any_lines) {
                next[j] = reachable[j] || (j > 0 && next[j - 1]);
            } else {
                next[j] = j > 0 && reachable[j - 1] && line_matches(line, actual[j - 1]);
            }
        }
        reachable = next;
    }
    return reachable.back();
}

} // namespace ducksnest::cli
