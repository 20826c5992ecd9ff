#include "base/text.h"
#include "diag/diagnostic.h"
#include "diag/display.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>

namespace ducksnest::diag {
namespace {

constexpr std::size_t excerpt_columns_max = 96;
constexpr std::size_t context_columns = 32; ///< Kept before the carets when a line is cut.
constexpr std::size_t window_bytes = 1024;  ///< Enough for the columns above in any script.

/// The codes that terminals understand (ECMA-48 SGR), or nothing at all.
class Paint {
public:
    explicit Paint(bool on)
        : on_(on) {}

    std::string strong(std::string_view text) const { return with("1", text); }
    std::string frame(std::string_view text) const { return with("1;34", text); }
    std::string note(std::string_view text) const { return with("1;32", text); }
    std::string help(std::string_view text) const { return with("1;36", text); }
    std::string severity(Severity severity, std::string_view text) const {
        return with(severity == Severity::error ? "1;31" : "1;33", text);
    }

private:
    std::string with(std::string_view code, std::string_view text) const {
        return on_ && !text.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", code, text)
                                    : std::string(text);
    }

    bool on_;
};

/// A source line as shown, and where its carets go.
struct Excerpt {
    std::string text{};
    std::size_t caret_column = 0;
    std::size_t caret_columns = 1;
};

struct Cell {
    Glyph glyph{};
    std::size_t offset = 0; ///< In the line.
};

std::size_t code_point_start(std::string_view text, std::size_t at) {
    while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) {
        --at;
    }
    return at;
}

/// The part of a line around `begin` that could be shown, as cells.
std::vector<Cell> cells_around(
    const SourceFile& file, std::uint32_t line_start, std::string_view line, std::size_t begin
) {
    const std::size_t first =
        begin > window_bytes ? code_point_start(line, begin - window_bytes) : 0;
    const std::size_t last = std::min(line.size(), begin + window_bytes);
    std::vector<Cell> cells;
    for (std::size_t at = first; at < last;) {
        Glyph glyph = next_glyph(line, at);
        if (file.is_secret(line_start + static_cast<std::uint32_t>(at))) {
            glyph.text.assign(glyph.columns, '*');
        }
        const std::size_t bytes = glyph.bytes;
        cells.push_back({.glyph = std::move(glyph), .offset = at});
        at += bytes;
    }
    return cells;
}

std::size_t columns_of(std::span<const Cell> cells) {
    std::size_t columns = 0;
    for (const Cell& cell : cells) {
        columns += cell.glyph.columns;
    }
    return columns;
}

/// What of a line that is too long stays: some context before the carets, then as much as fits.
std::span<const Cell> shown_part(std::span<const Cell> cells, std::size_t begin) {
    std::size_t before = 0;
    for (const Cell& cell : cells) {
        before += cell.offset < begin ? cell.glyph.columns : 0;
    }
    while (before > context_columns && columns_of(cells) > excerpt_columns_max) {
        before -= cells.front().glyph.columns;
        cells = cells.subspan(1);
    }
    std::size_t columns = 0;
    std::size_t count = 0;
    while (count < cells.size() && columns + cells[count].glyph.columns <= excerpt_columns_max) {
        columns += cells[count++].glyph.columns;
    }
    return cells.first(count);
}

Excerpt excerpt_of(const SourceFile& file, const Span& span, std::uint32_t line_number) {
    const std::string_view line = file.line(line_number);
    const std::uint32_t line_start = file.line_start(line_number);
    const std::size_t begin = std::min<std::size_t>(span.begin - line_start, line.size());
    const std::size_t end = std::clamp<std::size_t>(span.end - line_start, begin, line.size());
    const std::vector<Cell> cells = cells_around(file, line_start, line, begin);
    const std::span<const Cell> shown = shown_part(cells, begin);

    Excerpt excerpt{.text = {}, .caret_column = 0, .caret_columns = 0};
    const bool cut_before = !shown.empty() && shown.front().offset > 0;
    if (cut_before) {
        excerpt.text = "…";
        excerpt.caret_column = 1;
    }
    for (const Cell& cell : shown) {
        excerpt.text += cell.glyph.text;
        excerpt.caret_column += cell.offset < begin ? cell.glyph.columns : 0;
        excerpt.caret_columns += cell.offset >= begin && cell.offset < end ? cell.glyph.columns : 0;
    }
    if (!shown.empty() && shown.back().offset + shown.back().glyph.bytes < line.size()) {
        excerpt.text += "…";
    }
    excerpt.caret_columns = std::max<std::size_t>(excerpt.caret_columns, 1);
    return excerpt;
}

std::string place_text(const SourceFile& file, const Span& span) {
    const Place place = file.place(span.begin);
    return fmt::format("{}:{}:{}", file.name(), place.line, place.column);
}

/// Draws one diagnostic: all its line numbers share a gutter, so it is as wide as the widest.
class Drawing {
public:
    Drawing(const Diagnostic& diagnostic, const Sources& sources, RenderStyle style)
        : diagnostic_(diagnostic)
        , sources_(sources)
        , paint_(style.colour)
        , digits_(line_digits(diagnostic.primary)) {
        for (const Note& note : diagnostic.notes) {
            digits_ = std::max(digits_, line_digits(note.label));
        }
    }

    std::string text() const {
        const std::string code =
            diagnostic_.code.empty() ? std::string() : "[" + diagnostic_.code + "]";
        std::string text = paint_.severity(diagnostic_.severity, name() + code) +
                           paint_.strong(": " + diagnostic_.message) + "\n";
        text += block(diagnostic_.primary, true);
        for (const Note& note : diagnostic_.notes) {
            text += fmt::format("{}\n{}: {}\n", bar(), paint_.note("note"), note.message);
            text += block(note.label, false);
        }
        for (const std::string& help : diagnostic_.help) {
            const std::string indent(digits_ + 2, ' ');
            text += fmt::format("{}{} {}: ", indent, paint_.frame("="), paint_.help("help"));
            const std::vector<std::string_view> lines = split(help, '\n');
            for (std::size_t i = 0; i < lines.size(); ++i) {
                text +=
                    i == 0 ? std::string(lines[i]) : indent + "        " + std::string(lines[i]);
                text += "\n";
            }
        }
        return text;
    }

private:
    std::string name() const {
        return diagnostic_.severity == Severity::error ? "error" : "warning";
    }

    std::size_t line_digits(const Label& label) const {
        return std::to_string(sources_.at(label.span.file).place(label.span.begin).line).size();
    }

    std::string bar() const { return paint_.frame(fmt::format(" {:{}} |", "", digits_)); }

    /// The place, the source line, and the carets with their label.
    std::string block(const Label& label, bool primary) const {
        const SourceFile& file = sources_.at(label.span.file);
        const std::uint32_t line = file.place(label.span.begin).line;
        const Excerpt excerpt = excerpt_of(file, label.span, line);
        std::string marks(excerpt.caret_columns, '^');
        if (!label.text.empty()) {
            marks += " " + label.text;
        }
        const std::string arrow = fmt::format(" {:{}}{}", "", digits_, paint_.frame("-->"));
        const std::string number = paint_.frame(fmt::format(" {:>{}} |", line, digits_));
        return fmt::format(
            "{} {}\n{}\n{}{}{}\n{} {:{}}{}\n",
            arrow,
            place_text(file, label.span),
            bar(),
            number,
            excerpt.text.empty() ? "" : " ",
            excerpt.text,
            bar(),
            "",
            excerpt.caret_column,
            primary ? paint_.severity(diagnostic_.severity, marks) : paint_.note(marks)
        );
    }

    const Diagnostic& diagnostic_;
    const Sources& sources_;
    Paint paint_;
    std::size_t digits_;
};

/// The first `shown_max` by importance, errors before warnings, still in the order given.
std::vector<const Diagnostic*>
most_important(const std::vector<Diagnostic>& diagnostics, std::size_t shown_max) {
    std::vector<const Diagnostic*> shown;
    const auto count = [&](Severity severity) {
        return static_cast<std::size_t>(
            std::ranges::count(diagnostics, severity, &Diagnostic::severity)
        );
    };
    std::size_t errors_left = std::min(shown_max, count(Severity::error));
    std::size_t warnings_left = std::min(shown_max - errors_left, count(Severity::warning));
    for (const Diagnostic& diagnostic : diagnostics) {
        std::size_t& left = diagnostic.severity == Severity::error ? errors_left : warnings_left;
        if (left > 0) {
            shown.push_back(&diagnostic);
            --left;
        }
    }
    return shown;
}

std::string
summary(const std::vector<Diagnostic>& diagnostics, const Sources& sources, const Paint& paint) {
    const auto errors = static_cast<std::size_t>(
        std::ranges::count(diagnostics, Severity::error, &Diagnostic::severity)
    );
    const std::size_t warnings = diagnostics.size() - errors;
    const Severity worst = errors > 0 ? Severity::error : Severity::warning;
    std::string counts = errors > 0 ? count_of(errors, "error") : count_of(warnings, "warning");
    if (errors > 0 && warnings > 0) {
        counts += " and " + count_of(warnings, "warning");
    }
    const std::uint32_t file = diagnostics.front().primary.span.file;
    const bool one_file = std::ranges::all_of(diagnostics, [file](const Diagnostic& diagnostic) {
        return diagnostic.primary.span.file == file;
    });
    const std::string where =
        one_file ? fmt::format(" in `{}`", sources.at(file).name()) : std::string();
    return paint.severity(worst, worst == Severity::error ? "error" : "warning") +
           paint.strong(fmt::format(": {}{}", counts, where)) + "\n";
}

} // namespace

std::string render(const Diagnostic& diagnostic, const Sources& sources, RenderStyle style) {
    return Drawing(diagnostic, sources, style).text();
}

std::string
render_all(const std::vector<Diagnostic>& diagnostics, const Sources& sources, RenderStyle style) {
    if (diagnostics.empty()) {
        return {};
    }
    const std::vector<const Diagnostic*> shown = most_important(diagnostics, style.shown_max);
    std::string text;
    for (const Diagnostic* diagnostic : shown) {
        text += render(*diagnostic, sources, style) + "\n";
    }
    if (shown.size() < diagnostics.size()) {
        text += fmt::format("… and {} more\n", diagnostics.size() - shown.size());
    }
    return text + summary(diagnostics, sources, Paint(style.colour));
}

} // namespace ducksnest::diag
