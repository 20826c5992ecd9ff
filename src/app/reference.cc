#include "app/completions.h"
#include "app/help.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::app {
namespace {

/// man(7): a backslash or a dot at the start of a line means something.
std::string roff(std::string_view text) {
    std::string out;
    bool is_line_start = true;
    for (const char c : text) {
        if (is_line_start && (c == '.' || c == '\'')) {
            out += "\\&";
        }
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
        is_line_start = c == '\n';
    }
    return out;
}

std::string roff_flags(const std::vector<Flag>& flags) {
    std::string out;
    for (const Flag& flag : flags) {
        out += ".TP\n";
        if (flag.letter != 0) {
            out += fmt::format("\\fB\\-{}\\fR, ", flag.letter);
        }
        out += fmt::format("\\fB{}\\fR", roff("--" + flag.name));
        if (flag.value != Value::none) {
            out += fmt::format(" \\fI{}\\fR", roff(flag.metavar));
        }
        out += "\n" + roff(flag_summary(flag)) + "\n";
    }
    return out;
}

std::string roff_paragraphs(std::string_view text) {
    std::string out;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = rest.find("\n\n");
        out += ".PP\n" + roff(rest.substr(0, end)) + "\n";
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    }
    return out;
}

std::string roff_command(const Command& command) {
    std::string out = fmt::format(".SS {}\n{}\n", roff(command.path), roff(command.summary));
    out += fmt::format(".PP\n\\fB{}\\fR\n", roff(usage_line(command)));
    out += roff_paragraphs(command.description);
    for (const Positional& argument : command.arguments) {
        out += fmt::format(".TP\n\\fI{}\\fR\n{}\n", roff(argument.name), roff(argument.summary));
    }
    out += roff_flags(command.flags);
    for (const Example& example : command.examples) {
        out += fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(example.command), roff(example.says));
    }
    return out;
}

/// In a Markdown table a bar would end the cell.
std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '|' ? std::string("\\|") : std::string(1, c);
    }
    return out;
}

std::string markdown_flags(const std::vector<Flag>& flags) {
    std::string out = "\n| Flag | What it does |\n|------|--------------|\n";
    for (const Flag& flag : flags) {
        std::string heading = flag_heading(flag);
        heading.erase(0, heading.find_first_not_of(' '));
        out += fmt::format("| `{}` | {} |\n", heading, cell(flag_summary(flag)));
    }
    return out;
}

std::string markdown_command(const Command& command) {
    std::string out = fmt::format("\n## {}\n\n", command.path);
    out += fmt::format("```console\n{}\n```\n\n{}\n", usage_line(command), command.description);
    if (!command.arguments.empty()) {
        out += "\n| Argument | What it is |\n|----------|------------|\n";
        for (const Positional& argument : command.arguments) {
            out += fmt::format("| `{}` | {} |\n", argument.name, cell(argument.summary));
        }
    }
    if (!command.flags.empty()) {
        out += markdown_flags(command.flags);
    }
    out += "\n";
    for (const Example& example : command.examples) {
        out += fmt::format("- `{}`: {}\n", example.command, example.says);
    }
    return out;
}

} // namespace

std::string manual_page() {
    std::string out = ".\\\" Written from the command table by `ducksnest completions man`.\n"
                      ".TH DUCKSNEST 1 \"\" \"ducksnest " DUCKSNEST_VERSION "\"\n"
                      ".SH NAME\nducksnest \\- a hybrid\\-cloud homelab from one file\n"
                      ".SH SYNOPSIS\n\\fBducksnest\\fR \\fICOMMAND\\fR [\\fIFLAGS\\fR]\n"
                      ".SH COMMANDS\n";
    for (const Command& command : command_table()) {
        out += roff_command(command);
    }
    out += ".SH FLAGS OF EVERY COMMAND\n" + roff_flags(global_flags());
    out += ".SH EXIT STATUS\n"
           ".TP\n0\ndone, or nothing to do\n"
           ".TP\n1\nthe operation failed\n"
           ".TP\n2\nwrong usage\n"
           ".TP\n3\nhomelab.toml has errors\n"
           ".TP\n4\ndifferences were found\n"
           ".TP\n5\napplied in part; run again\n"
           ".TP\n6\nrefused: policy, or a confirmation is missing\n"
           ".TP\n130\ninterrupted\n";
    return out;
}

std::string command_reference() {
    std::string out =
        "# Commands\n\n"
        "<!-- Written from the command table by `ducksnest completions markdown`. -->\n\n"
        "Answers go to standard output, everything else to standard error. Flags of every command "
        "may\n"
        "stand before or after its name.\n\n"
        "| Command | What it does |\n|---------|--------------|\n";
    for (const Command& command : command_table()) {
        std::string anchor = command.path;
        std::ranges::replace(anchor, ' ', '-');
        out += fmt::format("| [{}](#{}) | {} |\n", command.path, anchor, cell(command.summary));
    }
    out += "\n## Flags of every command\n" + markdown_flags(global_flags());
    out += "\n## Exit codes\n\n"
           "| Code | Meaning |\n|-----:|---------|\n"
           "| 0 | done, or nothing to do |\n"
           "| 1 | the operation failed |\n"
           "| 2 | wrong usage |\n"
           "| 3 | `homelab.toml` has errors |\n"
           "| 4 | differences were found |\n"
           "| 5 | applied in part; run again |\n"
           "| 6 | refused: policy, or a confirmation is missing |\n"
           "| 130 | interrupted |\n";
    for (const Command& command : command_table()) {
        out += markdown_command(command);
    }
    return out;
}

} // namespace ducksnest::app
