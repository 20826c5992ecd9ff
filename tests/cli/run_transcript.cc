#include "base/json.h"
#include "base/text.h"
#include "process.h"
#include "transcript.h"

#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

using namespace ducksnest;
using namespace ducksnest::cli;

namespace {

namespace fs = std::filesystem;

/// A folder of its own for one transcript, gone afterwards.
class Workbench {
public:
    Workbench() {
        std::string pattern = (fs::temp_directory_path() / "ducksnest-cli-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) {
            throw std::runtime_error("cannot make a temporary folder");
        }
        folder_ = fs::canonical(pattern);
        fs::create_directories(folder_ / "home");
    }
    Workbench(const Workbench&) = delete;
    Workbench& operator=(const Workbench&) = delete;
    ~Workbench() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    const fs::path& folder() const { return folder_; }

private:
    fs::path folder_;
};

Setting setting_for(const fs::path& folder, const fs::path& program) {
    return {
        .folder = folder.string(),
        .environment =
            {
                {"PATH", program.parent_path().string() + ":/usr/local/bin:/usr/bin:/bin"},
                {"HOME", (folder / "home").string()},
                {"LC_ALL", "C.UTF-8"},
                {"TERM", "xterm"},
                {"TZ", "UTC"},
                {"SOURCE", DUCKSNEST_SOURCE_DIR},
            },
    };
}

/// Lines without the last newline; the folder's own name shown as $DIR.
std::vector<std::string> lines_of(std::string text, const std::string& folder) {
    for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
        text.replace(at, folder.size(), "$DIR");
    }
    if (text.ends_with('\n')) {
        text.pop_back();
    } else if (text.empty()) {
        return {};
    }
    std::vector<std::string> lines;
    for (const std::string_view line : split(text, '\n')) {
        lines.emplace_back(line);
    }
    return lines;
}

std::string shown(std::string_view mark, const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += fmt::format("    {} {}\n", mark, line);
    }
    return text;
}

/// What is wrong with the JSON answer; empty when nothing is.
std::string json_mistake(const std::string& out, const std::string& schema) {
    const auto parsed = Json::parse(out);
    if (!parsed) {
        return "    the answer is no JSON: " + parsed.error().message + "\n";
    }
    const Json* found = parsed->find("schema");
    const bool is_right =
        found != nullptr && found->as_string() != nullptr && *found->as_string() == schema;
    return is_right ? "" : fmt::format("    the answer's schema is not `{}`\n", schema);
}

/// What differs, ready to be shown; empty when nothing does.
std::string run_command(const RunCommand& run, const Setting& setting) {
    const Outcome outcome = run.on_terminal ? run_on_terminal(run.command, run.input, setting)
                                            : run_piped(run.command, run.input, setting);
    const auto out = lines_of(outcome.out, setting.folder);
    const auto err = lines_of(outcome.err, setting.folder);
    std::string wrong;
    if (outcome.exit != run.exit) {
        wrong += fmt::format("    exit is {}, not {}\n", outcome.exit, run.exit);
    }
    if (run.json_schema) {
        wrong += json_mistake(outcome.out, *run.json_schema);
    }
    const bool wants_lines = !run.json_schema || !run.expected_out.empty();
    if (wants_lines && !matches(run.expected_out, out)) {
        wrong += "    standard output should be\n" + shown(">", run.expected_out);
    }
    if (!matches(run.expected_err, err)) {
        wrong += "    standard error should be\n" + shown("!", run.expected_err);
    }
    if (!wrong.empty()) {
        wrong += "    it said\n" + shown(">", out) + shown("!", err);
    }
    return wrong;
}

std::string read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        throw std::runtime_error("cannot read " + path.string());
    }
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The number of commands that did not do what the transcript says.
int play(const fs::path& transcript, const fs::path& program) {
    const Workbench bench;
    const Setting setting = setting_for(bench.folder(), program);
    int wrong_count = 0;
    for (const Step& step : parse_transcript(read_text(transcript))) {
        if (const auto* file = std::get_if<WriteFile>(&step)) {
            const fs::path path = bench.folder() / file->path;
            fs::create_directories(path.parent_path());
            std::ofstream(path, std::ios::binary) << file->text;
        } else if (const auto* copy = std::get_if<CopyFolder>(&step)) {
            fs::copy(
                fs::path(DUCKSNEST_SOURCE_DIR) / copy->from,
                bench.folder() / copy->to,
                fs::copy_options::recursive
            );
        } else if (const auto* run = std::get_if<RunCommand>(&step)) {
            const std::string wrong = run_command(*run, setting);
            if (!wrong.empty()) {
                ++wrong_count;
                fmt::print("{}:{}: $ {}\n{}", transcript.string(), run->line, run->command, wrong);
            }
        }
    }
    return wrong_count;
}

} // namespace

/// run_transcript TRANSCRIPT PROGRAM: 0 when every command did what the transcript says.
int main(int argc, char** argv) {
    if (argc != 3) {
        fmt::print(stderr, "usage: run_transcript TRANSCRIPT PROGRAM\n");
        return 2;
    }
    try {
        return play(argv[1], fs::absolute(argv[2])) == 0 ? 0 : 1;
    } catch (const std::exception& failure) {
        fmt::print(stderr, "{}: {}\n", argv[1], failure.what());
        return 1;
    }
}
