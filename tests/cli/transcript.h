#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// A transcript: commands and what they must say. See tests/cli/README.md for the format.
namespace ducksnest::cli {

/// "file PATH" and its "| " lines.
struct WriteFile {
    std::string path{};
    std::string text{};
};

/// "copy FROM TO": a folder of the source tree into the transcript's folder.
struct CopyFolder {
    std::string from{};
    std::string to{};
};

/// "$ command" (or "tty$ command", which runs on a terminal) with what is typed and expected.
struct RunCommand {
    std::size_t line = 0;
    std::string command{};
    bool on_terminal = false;
    std::string input{};
    std::vector<std::string> expected_out{};
    std::vector<std::string> expected_err{};
    std::optional<std::string> json_schema{}; ///< Valid JSON with this schema; lines may say more.
    int exit = 0;
};

using Step = std::variant<WriteFile, CopyFolder, RunCommand>;

/// Throws std::runtime_error that names the line that cannot be read.
std::vector<Step> parse_transcript(std::string_view text);

/// Whether lines are as expected: `{}` stands for any text within a line, a line "…" for any number
/// of lines.
bool matches(const std::vector<std::string>& expected, const std::vector<std::string>& actual);
bool line_matches(std::string_view expected, std::string_view actual);

} // namespace ducksnest::cli
