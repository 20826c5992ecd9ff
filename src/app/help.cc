#include "app/help.h"

#include "base/json.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::app {
namespace {

constexpr std::size_t text_width_max = 80;
/// A longer heading stands alone, its summary on the next line.
constexpr std::size_t heading_width_max = 34;

std::size_t text_width(const Style& style) {
    return std::min(style.width, text_width_max);
}

struct Line {
    std::string heading{};
    std::string summary{};
};

/// Headings in one column, summaries wrapped in the next.
std::string two_columns(const std::vector<Line>& lines, const Style& style) {
    std::size_t column = 0;
    for (const Line& line : lines) {
        const std::size_t width = display_width(line.heading);
        column = std::max(column, width <= heading_width_max ? width : 0);
    }
    column += 4;
    std::string out;
    for (const Line& line : lines) {
        std::string summary = wrap(line.summary, text_width(style), column);
        const std::size_t used = 2 + display_width(line.heading);
        out += "  " + paint(line.heading, Tone::accent, style);
        if (used + 2 <= column) {
            summary.erase(0, used);
        } else {
            out += '\n';
        }
        out += summary + '\n';
    }
    return out;
}

std::string heading(std::string_view text, const Style& style) {
    return "\n" + paint(text, Tone::strong, style) + "\n";
}

std::string flag_lines(const std::vector<Flag>& flags, const Style& style) {
    std::vector<Line> lines;
    for (const Flag& flag : flags) {
        lines.push_back({.heading = flag_heading(flag), .summary = flag_summary(flag)});
    }
    return two_columns(lines, style);
}

std::string argument_lines(const std::vector<Positional>& arguments, const Style& style) {
    std::vector<Line> lines;
    for (const Positional& argument : arguments) {
        std::string summary = argument.summary;
        if (!argument.choices.empty()) {
            summary += fmt::format(" ({})", join(argument.choices, ", "));
        }
        lines.push_back({.heading = argument.name, .summary = summary});
    }
    return two_columns(lines, style);
}

std::string paragraphs(std::string_view text, const Style& style) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = text.find("\n\n");
        std::string paragraph(text.substr(0, end));
        std::ranges::replace(paragraph, '\n', ' ');
        out += "\n" + wrap(paragraph, text_width(style), 0) + "\n";
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    }
    return out;
}

} // namespace

std::string short_help() {
    return "ducksnest: a hybrid-cloud homelab from one file\n"
           "\n"
           "usage: ducksnest COMMAND [FLAGS]\n"
           "\n"
           "  ducksnest init ~/homelab             lay out a new homelab\n"
           "  ducksnest up --twin -C ~/homelab     bring it up, simulated, in seconds\n"
           "\n"
           "`ducksnest --help` lists every command.\n";
}

std::string overview(const Style& style) {
    std::string out = "ducksnest: a hybrid-cloud homelab from one file\n\n"
                      "usage: ducksnest COMMAND [FLAGS]\n";
    out += heading("Commands", style);
    std::vector<Line> lines;
    for (const Command& command : command_table()) {
        lines.push_back({.heading = command.path, .summary = command.summary});
    }
    out += two_columns(lines, style);
    out += heading("Flags of every command", style);
    out += flag_lines(global_flags(), style);
    out += heading("Exit codes", style);
    out += "  0 done   1 failed   2 wrong usage   3 homelab.toml has errors   4 differences\n"
           "  5 applied in part, run again   6 refused   130 interrupted\n"
           "\n`ducksnest help COMMAND` tells more about one command.\n";
    return out;
}

std::string group_help(std::string_view group, const Style& style) {
    std::vector<Line> lines;
    for (const Command& command : command_table()) {
        if (command.path.starts_with(std::string(group) + " ")) {
            lines.push_back({.heading = command.path, .summary = command.summary});
        }
    }
    const auto found = std::ranges::find(command_groups(), group, &Group::name);
    const std::string summary = found == command_groups().end() ? "" : found->summary;
    return fmt::format(
        "ducksnest {0}: {1}\n\nusage: ducksnest {0} COMMAND [FLAGS]\n{2}{3}"
        "\n`ducksnest help {0} COMMAND` tells more about one command.\n",
        group,
        summary,
        heading("Commands", style),
        two_columns(lines, style)
    );
}

std::string command_help(const Command& command, const Style& style) {
    std::string out = fmt::format("ducksnest {}: {}\n\n", command.path, command.summary);
    out += fmt::format("usage: {}\n", usage_line(command));
    out += paragraphs(command.description, style);
    if (!command.arguments.empty()) {
        out += heading("Arguments", style) + argument_lines(command.arguments, style);
    }
    if (!command.flags.empty()) {
        out += heading("Flags", style) + flag_lines(command.flags, style);
    }
    out += heading("Flags of every command", style) + flag_lines(global_flags(), style);
    if (!command.examples.empty()) {
        out += heading("Examples", style);
        std::vector<Line> lines;
        for (const Example& example : command.examples) {
            lines.push_back({.heading = example.command, .summary = example.says});
        }
        out += two_columns(lines, style);
    }
    return out;
}

std::string usage_line(const Command& command) {
    std::string line = "ducksnest " + command.path;
    for (const Flag& flag : command.flags) {
        const std::string value = flag.value == Value::none ? "" : " " + flag.metavar;
        line += fmt::format(" [--{}{}]{}", flag.name, value, flag.is_repeated ? "…" : "");
    }
    for (const Positional& argument : command.arguments) {
        const std::string shown = argument.name + (argument.is_repeated ? "…" : "");
        line += argument.is_required ? " " + shown : fmt::format(" [{}]", shown);
    }
    return line;
}

std::string flag_heading(const Flag& flag) {
    const std::string letter = flag.letter == 0 ? "    " : fmt::format("-{}, ", flag.letter);
    const std::string value = flag.value == Value::none ? "" : " " + flag.metavar;
    return fmt::format("{}--{}{}", letter, flag.name, value);
}

std::string flag_summary(const Flag& flag) {
    std::string summary = flag.summary;
    if (!flag.choices.empty()) {
        summary += fmt::format(": {}", join(flag.choices, ", "));
    }
    if (!flag.fallback.empty()) {
        summary += fmt::format(" (default: {})", flag.fallback);
    }
    return flag.is_repeated ? summary + "; may be repeated" : summary;
}

std::string version_text(bool as_json) {
    if (!as_json) {
        return "ducksnest " DUCKSNEST_VERSION "\n";
    }
    return Json::object({{"schema", "ducksnest.version/1"}, {"version", DUCKSNEST_VERSION}}
    ).dump_pretty();
}

} // namespace ducksnest::app
