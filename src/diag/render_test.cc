#include "diag/diagnostic.h"
#include "diag/display.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::diag;

namespace {

/// The span of the first place where `word` stands in file 0.
Span span_of(const Sources& sources, std::string_view word) {
    const auto at = static_cast<std::uint32_t>(sources.at(0).text().find(word));
    return {.file = 0, .begin = at, .end = at + static_cast<std::uint32_t>(word.size())};
}

Sources sources_of(std::string text) {
    Sources sources;
    sources.add("homelab.toml", std::move(text));
    return sources;
}

Diagnostic error_at(Span span, std::string message, std::string label = "") {
    return {.code = "E0103", .message = std::move(message), .primary = {span, std::move(label)}};
}

const std::string nest =
    "[hosts.nest]\naddress = \"10.0.0.1\"\nroles = [\"control\", \"store\"]\nmemory = \"12MiB\"\n";

} // namespace

TEST_CASE("a diagnostic reads like one of rustc") {
    const Sources sources = sources_of(nest);
    Diagnostic diagnostic = error_at(
        span_of(sources, "\"12MiB\""),
        "host `nest` has 12 MiB of memory, below the 512 MiB minimum",
        "too small for role `control`"
    );
    diagnostic.notes.push_back(
        {"role `control` is assigned here", {span_of(sources, "\"control\""), ""}}
    );
    diagnostic.help.emplace_back("did you mean `12GiB`?");
    CHECK(
        render(diagnostic, sources) ==
        "error[E0103]: host `nest` has 12 MiB of memory, below the 512 MiB minimum\n"
        "  --> homelab.toml:4:10\n"
        "   |\n"
        " 4 | memory = \"12MiB\"\n"
        "   |          ^^^^^^^ too small for role `control`\n"
        "   |\n"
        "note: role `control` is assigned here\n"
        "  --> homelab.toml:3:10\n"
        "   |\n"
        " 3 | roles = [\"control\", \"store\"]\n"
        "   |          ^^^^^^^^^\n"
        "   = help: did you mean `12GiB`?\n"
    );
}

TEST_CASE("colour marks the parts and changes no text") {
    const Sources sources = sources_of("a = 1\n");
    Diagnostic diagnostic = error_at(span_of(sources, "1"), "`a` is one", "one");
    diagnostic.notes.push_back({"`a` is here", {span_of(sources, "a"), ""}});
    diagnostic.help.emplace_back("write `2`");
    CHECK(
        render(diagnostic, sources, {.colour = true}) ==
        "\x1b[1;31merror[E0103]\x1b[0m\x1b[1m: `a` is one\x1b[0m\n"
        "  \x1b[1;34m-->\x1b[0m homelab.toml:1:5\n"
        "\x1b[1;34m   |\x1b[0m\n"
        "\x1b[1;34m 1 |\x1b[0m a = 1\n"
        "\x1b[1;34m   |\x1b[0m     \x1b[1;31m^ one\x1b[0m\n"
        "\x1b[1;34m   |\x1b[0m\n"
        "\x1b[1;32mnote\x1b[0m: `a` is here\n"
        "  \x1b[1;34m-->\x1b[0m homelab.toml:1:1\n"
        "\x1b[1;34m   |\x1b[0m\n"
        "\x1b[1;34m 1 |\x1b[0m a = 1\n"
        "\x1b[1;34m   |\x1b[0m \x1b[1;32m^\x1b[0m\n"
        "   \x1b[1;34m=\x1b[0m \x1b[1;36mhelp\x1b[0m: write `2`\n"
    );
}

TEST_CASE("carets stand under wide characters, tabs and combining marks") {
    const Sources sources = sources_of("\t\"집의 노트북\" = e\xCC\x81 # 끝\n");
    CHECK(
        render(error_at(span_of(sources, "노트북"), "wide"), sources) ==
        "error[E0103]: wide\n"
        "  --> homelab.toml:1:6\n"
        "   |\n"
        " 1 |     \"집의 노트북\" = e\xCC\x81 # 끝\n"
        "   |           ^^^^^^\n"
    );
    CHECK(
        render(error_at(span_of(sources, "#"), "after"), sources) ==
        "error[E0103]: after\n"
        "  --> homelab.toml:1:16\n"
        "   |\n"
        " 1 |     \"집의 노트북\" = e\xCC\x81 # 끝\n"
        "   |                       ^\n"
    );
}

TEST_CASE("an empty file, the end of a file and a span over lines have a caret too") {
    CHECK(
        render(error_at({}, "nothing here"), sources_of("")) == "error[E0103]: nothing here\n"
                                                                "  --> homelab.toml:1:1\n"
                                                                "   |\n"
                                                                " 1 |\n"
                                                                "   | ^\n"
    );
    const Sources sources = sources_of("a = \"\"\"x\ny\"\"\"");
    CHECK(
        render(error_at({0, 13, 13}, "end"), sources) == "error[E0103]: end\n"
                                                         "  --> homelab.toml:2:5\n"
                                                         "   |\n"
                                                         " 2 | y\"\"\"\n"
                                                         "   |     ^\n"
    );
    CHECK(
        render(error_at({0, 4, 13}, "lines"), sources) == "error[E0103]: lines\n"
                                                          "  --> homelab.toml:1:5\n"
                                                          "   |\n"
                                                          " 1 | a = \"\"\"x\n"
                                                          "   |     ^^^^\n"
    );
}

TEST_CASE("what a terminal would obey is shown as a picture") {
    const Sources sources = sources_of("a = \x1b[31m\xff\xe2\x80\xae!\x7f\n");
    CHECK(
        render(error_at(span_of(sources, "!"), "unsafe"), sources) ==
        "error[E0103]: unsafe\n"
        "  --> homelab.toml:1:12\n"
        "   |\n"
        " 1 | a = \xE2\x90\x9B[31m\xEF\xBF\xBD\xEF\xBF\xBD!\xE2\x90\xA1\n"
        "   |            ^\n"
    );
}

TEST_CASE("a long line is cut around the carets") {
    const Sources sources =
        sources_of("k = \"" + std::string(300, 'x') + "HERE" + std::string(2000, 'y') + "\"\n");
    const std::string text = render(error_at(span_of(sources, "HERE"), "long", "here"), sources);
    CHECK(
        text == "error[E0103]: long\n"
                "  --> homelab.toml:1:306\n"
                "   |\n"
                " 1 | …" +
                    std::string(32, 'x') + "HERE" + std::string(60, 'y') +
                    "…\n"
                    "   |  " +
                    std::string(32, ' ') + "^^^^ here\n"
    );
    const Sources start = sources_of("HERE" + std::string(200, 'y'));
    CHECK(
        render(error_at(span_of(start, "HERE"), "long"), start) == "error[E0103]: long\n"
                                                                   "  --> homelab.toml:1:1\n"
                                                                   "   |\n"
                                                                   " 1 | HERE" +
                                                                       std::string(92, 'y') +
                                                                       "…\n   | ^^^^\n"
    );
}

TEST_CASE("all of them are sorted, unique, capped and counted") {
    const Sources sources = sources_of("a = 1\nb = 2\n");
    std::vector<Diagnostic> diagnostics = {
        error_at(span_of(sources, "2"), "second"),
        error_at(span_of(sources, "1"), "first"),
        error_at(span_of(sources, "2"), "second"),
    };
    Diagnostic warning = error_at(span_of(sources, "a"), "careful");
    warning.severity = Severity::warning;
    warning.code = "W0101";
    diagnostics.push_back(warning);
    normalize(diagnostics);
    CHECK(
        render_all(diagnostics, sources, {.shown_max = 2}) ==
        "error[E0103]: first\n"
        "  --> homelab.toml:1:5\n"
        "   |\n"
        " 1 | a = 1\n"
        "   |     ^\n"
        "\n"
        "error[E0103]: second\n"
        "  --> homelab.toml:2:5\n"
        "   |\n"
        " 2 | b = 2\n"
        "   |     ^\n"
        "\n"
        "… and 1 more\n"
        "error: 2 errors and 1 warning in `homelab.toml`\n"
    );
    CHECK(render_all({}, sources).empty());
    CHECK(
        render_all({warning}, sources) == "warning[W0101]: careful\n"
                                          "  --> homelab.toml:1:1\n"
                                          "   |\n"
                                          " 1 | a = 1\n"
                                          "   | ^\n"
                                          "\n"
                                          "warning: 1 warning in `homelab.toml`\n"
    );
    CHECK(has_errors(diagnostics));
    CHECK_FALSE(has_errors({warning}));
}

TEST_CASE("gutters of one diagnostic have the same width") {
    const Sources sources = sources_of("first = 1\n" + std::string(9, '\n') + "last = 2\n");
    Diagnostic diagnostic = error_at(span_of(sources, "first"), "both");
    diagnostic.notes.push_back({"the other", {span_of(sources, "last"), ""}});
    diagnostic.help.emplace_back("one line\nand another");
    CHECK(
        render(diagnostic, sources) == "error[E0103]: both\n"
                                       "   --> homelab.toml:1:1\n"
                                       "    |\n"
                                       "  1 | first = 1\n"
                                       "    | ^^^^^\n"
                                       "    |\n"
                                       "note: the other\n"
                                       "   --> homelab.toml:11:1\n"
                                       "    |\n"
                                       " 11 | last = 2\n"
                                       "    | ^^^^\n"
                                       "    = help: one line\n"
                                       "            and another\n"
    );
}

TEST_CASE("JSON carries the same structure") {
    const Sources sources = sources_of("가 = 1\n");
    Diagnostic diagnostic = error_at(span_of(sources, "1"), "one", "label");
    diagnostic.notes.push_back({"note", {span_of(sources, "가"), ""}});
    diagnostic.help.emplace_back("fix");
    CHECK(
        to_json(diagnostic, sources).dump() ==
        R"({"code":"E0103","column":5,"end_column":6,"end_line":1,"file":"homelab.toml",)"
        R"("help":["fix"],"label":"label","line":1,"message":"one",)"
        R"("notes":[{"column":1,"end_column":2,"end_line":1,"file":"homelab.toml","label":"",)"
        R"("line":1,"message":"note"}],"severity":"error"})"
    );
}
