#include "base/assert.h"
#include "config/load.h"
#include "model/check.h"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace ducksnest;

namespace {

void check_span(const diag::Span& span, const diag::Sources& sources) {
    ASSERT(span.file == 0);
    ASSERT(span.begin <= span.end);
    ASSERT(span.end <= sources.at(0).text().size());
}

} // namespace

/// Any bytes at all: no crash, every span inside the text, every diagnostic can be drawn, and a
/// model exists only when nothing is missing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    diag::Sources sources;
    sources.add("homelab.toml", std::string(reinterpret_cast<const char*>(data), size));
    config::Loaded loaded = config::load(sources, 0);
    if (loaded.homelab) {
        for (diag::Diagnostic& diagnostic : model::check(*loaded.homelab)) {
            loaded.diagnostics.push_back(std::move(diagnostic));
        }
    } else {
        ASSERT(diag::has_errors(loaded.diagnostics));
    }
    for (const diag::Diagnostic& diagnostic : loaded.diagnostics) {
        check_span(diagnostic.primary.span, sources);
        ASSERT(!diagnostic.code.empty() && !diagnostic.message.empty());
        for (const diag::Note& note : diagnostic.notes) {
            check_span(note.label.span, sources);
        }
        ASSERT(!diag::to_json(diagnostic, sources).dump().empty());
    }
    ASSERT(diag::render_all(loaded.diagnostics, sources).empty() == loaded.diagnostics.empty());
    return 0;
}
