#include "config/load.h"
#include "model/check.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <fstream>
#include <sstream>

using namespace ducksnest;

namespace {

const std::string& example() {
    static const std::string text = [] {
        std::ifstream file(
            DUCKSNEST_SOURCE_DIR "/examples/ducksnest/homelab.toml", std::ios::binary
        );
        std::ostringstream out;
        out << file.rdbuf();
        return out.str();
    }();
    return text;
}

void check_span(const diag::Span& span, const std::string& text) {
    RC_ASSERT(span.begin <= span.end);
    RC_ASSERT(span.end <= text.size());
}

/// Loads, checks and draws; whatever comes out must point into the text.
void examine(const std::string& text) {
    diag::Sources sources;
    sources.add("homelab.toml", text);
    config::Loaded loaded = config::load(sources, 0);
    RC_ASSERT(loaded.homelab.has_value() || diag::has_errors(loaded.diagnostics));
    if (loaded.homelab) {
        for (diag::Diagnostic& diagnostic : model::check(*loaded.homelab)) {
            loaded.diagnostics.push_back(std::move(diagnostic));
        }
    }
    for (const diag::Diagnostic& diagnostic : loaded.diagnostics) {
        check_span(diagnostic.primary.span, text);
        for (const diag::Note& note : diagnostic.notes) {
            check_span(note.label.span, text);
        }
    }
    const std::string shown = diag::render_all(loaded.diagnostics, sources);
    RC_ASSERT(shown.empty() == loaded.diagnostics.empty());
    RC_ASSERT(!shown.contains('\x1b'));
}

} // namespace

TEST_CASE("any change of a few bytes is survived") {
    REQUIRE(example().size() > 1000);
    CHECK(rc::check("bytes are replaced", [] {
        std::string text = example();
        const auto changes = *rc::gen::inRange(1, 4);
        for (int i = 0; i < changes; ++i) {
            text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
        }
        examine(text);
    }));
    CHECK(rc::check("a piece is missing", [] {
        std::string text = example();
        const auto begin = *rc::gen::inRange<std::size_t>(0, text.size());
        text.erase(begin, *rc::gen::inRange<std::size_t>(1, 40));
        examine(text);
    }));
    CHECK(rc::check("a piece stands elsewhere, too", [] {
        std::string text = example();
        const auto begin = *rc::gen::inRange<std::size_t>(0, text.size());
        const std::string piece = text.substr(begin, *rc::gen::inRange<std::size_t>(1, 60));
        text.insert(*rc::gen::inRange<std::size_t>(0, text.size()), piece);
        examine(text);
    }));
}

TEST_CASE("the order of sections does not matter") {
    CHECK(rc::check([] {
        std::vector<std::string> sections;
        std::istringstream lines(example());
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with('[') || sections.empty()) {
                sections.emplace_back();
            }
            sections.back() += line + "\n";
        }
        // Offers keep their order among each other: it is their rank.
        std::vector<std::string> movable;
        std::string offers;
        for (const std::string& section : sections) {
            (section.starts_with("[[") ? offers : movable.emplace_back()) += section;
        }
        std::string text;
        while (!movable.empty()) {
            const auto at = *rc::gen::inRange<std::size_t>(0, movable.size());
            text += movable[at];
            movable.erase(movable.begin() + static_cast<std::ptrdiff_t>(at));
        }
        text += offers;
        diag::Sources sources;
        sources.add("homelab.toml", text);
        const config::Loaded loaded = config::load(sources, 0);
        RC_ASSERT(loaded.diagnostics.empty());
        RC_ASSERT(loaded.homelab.has_value());
        RC_ASSERT(loaded.homelab->nodes.size() == 4U);
        RC_ASSERT(loaded.homelab->nodes[1].name == "firebat");
        RC_ASSERT(model::check(*loaded.homelab).empty());
    }));
}
