#pragma once

#include "base/json.h"
#include "diag/source.h"
#include "diag/span.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::diag {

enum class Severity : std::uint8_t { error, warning };

/// A place and, shorter than the message, what is wrong or relevant there.
struct Label {
    Span span{};
    std::string text{};
};

/// Something related that stands elsewhere: "note: the site is declared here".
struct Note {
    std::string message{};
    Label label{};
};

/// One mistake in the user's text. The message stands alone; `help` carries the fix.
struct Diagnostic {
    Severity severity = Severity::error;
    std::string code{};    ///< "E0103" or "W0201"; stable, see `ducksnest explain`.
    std::string message{}; ///< Lower case, no full stop, names in backticks.
    Label primary{};
    std::vector<Note> notes{};
    std::vector<std::string> help{};
};

/// Sorts by place, then code, and drops exact repetitions.
void normalize(std::vector<Diagnostic>& diagnostics);

bool has_errors(const std::vector<Diagnostic>& diagnostics);

struct RenderStyle {
    bool colour = false;
    std::size_t shown_max = 20; ///< More are counted at the end: "… and 3 more".
};

/// One diagnostic in the manner of rustc: header, place, source line, carets, notes, help.
std::string render(const Diagnostic& diagnostic, const Sources& sources, RenderStyle style = {});

/// All of them, an empty line between, and a last line that counts errors and warnings; nothing for
/// none. When there are more than `shown_max`, errors are shown before warnings.
std::string render_all(
    const std::vector<Diagnostic>& diagnostics, const Sources& sources, RenderStyle style = {}
);

/// The same as data, for `--json`: file, line, column, end_line, end_column, severity, code,
/// message, label, notes (each with its own place, message and label) and help. Places count from
/// 1, columns in code points, ends exclusive.
Json to_json(const Diagnostic& diagnostic, const Sources& sources);

} // namespace ducksnest::diag
