#include "manifests/document.h"

#include "manifests/placeholders.h"
#include "manifests/yaml.h"

#include <fmt/format.h>

namespace ducksnest::manifests {

Result<Json> read_document(const std::string& name, std::string text) {
    diag::Sources sources;
    std::vector<diag::Diagnostic> diagnostics;
    const std::uint32_t file = sources.add(name, std::move(text));
    const std::vector<YamlNode> documents = parse_yaml(sources, file, diagnostics);
    const Values none;
    Json json;
    if (documents.size() == 1) {
        json = fill(
            documents.front(), {.sources = sources, .values = none, .diagnostics = diagnostics}
        );
    }
    if (!diagnostics.empty()) {
        const diag::Diagnostic& first = diagnostics.front();
        const diag::Place place = sources.at(file).place(first.primary.span.begin);
        return fail(
            ErrorCode::invalid,
            fmt::format("{}:{}:{}: {}", name, place.line, place.column, first.message),
            first.help.empty() ? std::string() : first.help.front()
        );
    }
    if (documents.size() != 1) {
        return fail(
            ErrorCode::invalid,
            fmt::format("`{}` holds {} documents where one is expected", name, documents.size())
        );
    }
    return json;
}

} // namespace ducksnest::manifests
