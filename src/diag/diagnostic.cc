#include "diag/diagnostic.h"

#include <algorithm>
#include <tuple>

namespace ducksnest::diag {
namespace {

auto order(const Diagnostic& diagnostic) {
    return std::tie(
        diagnostic.primary.span, diagnostic.code, diagnostic.message, diagnostic.primary.text
    );
}

Json place_json(const Span& span, const Sources& sources) {
    const SourceFile& file = sources.at(span.file);
    const Place begin = file.place(span.begin);
    const Place end = file.place(std::max(span.begin, span.end));
    return Json::object({
        {"file", file.name()},
        {"line", std::int64_t{begin.line}},
        {"column", std::int64_t{begin.column}},
        {"end_line", std::int64_t{end.line}},
        {"end_column", std::int64_t{end.column}},
    });
}

} // namespace

void normalize(std::vector<Diagnostic>& diagnostics) {
    std::ranges::sort(diagnostics, [](const Diagnostic& a, const Diagnostic& b) {
        return order(a) < order(b);
    });
    const auto repeated = std::ranges::unique(diagnostics, [](const auto& a, const auto& b) {
        return order(a) == order(b);
    });
    diagnostics.erase(repeated.begin(), repeated.end());
}

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
    return std::ranges::any_of(diagnostics, [](const Diagnostic& diagnostic) {
        return diagnostic.severity == Severity::error;
    });
}

Json to_json(const Diagnostic& diagnostic, const Sources& sources) {
    Json json = place_json(diagnostic.primary.span, sources);
    Json::Array notes;
    for (const Note& note : diagnostic.notes) {
        Json item = place_json(note.label.span, sources);
        item.set("message", note.message);
        item.set("label", note.label.text);
        notes.push_back(std::move(item));
    }
    json.set("severity", diagnostic.severity == Severity::error ? "error" : "warning");
    json.set("code", diagnostic.code);
    json.set("message", diagnostic.message);
    json.set("label", diagnostic.primary.text);
    json.set("notes", std::move(notes));
    json.set("help", Json::strings(diagnostic.help));
    return json;
}

} // namespace ducksnest::diag
