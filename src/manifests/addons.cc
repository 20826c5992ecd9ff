#include "manifests/addons.h"

#include "base/assert.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace ducksnest::manifests {
namespace {

/// Names every file and object: "manifests/coredns/dns.yaml".
std::string shown_path(std::string_view path) {
    return fmt::format("manifests/{}", path);
}

void report_path(ManifestSet& set, std::uint32_t source, std::string message) {
    set.diagnostics.push_back({
        .code = "E0805",
        .message = std::move(message),
        .primary = {.span = {.file = source, .begin = 0, .end = 0}, .text = {}},
        .notes = {},
        .help =
            {"a manifest is called `<addon>/<phase>.yaml`; the phases are namespaces, access, "
             "definitions, settings, network, dns and services"},
    });
}

void read_file(ManifestSet& set, const EmbeddedFile& file, const Values& values) {
    const std::uint32_t source = set.sources.add(shown_path(file.path), std::string(file.text));
    const std::size_t slash = file.path.find('/');
    const std::string_view stem =
        slash == std::string_view::npos ? file.path : file.path.substr(slash + 1);
    const std::optional<Phase> phase =
        stem.ends_with(".yaml") ? parse_phase(stem.substr(0, stem.size() - 5)) : std::nullopt;
    if (slash == std::string_view::npos || !phase.has_value()) {
        report_path(set, source, fmt::format("`{}` says no phase", shown_path(file.path)));
        return;
    }
    const ManifestFile manifest{
        .addon = file.path.substr(0, slash), .phase = *phase, .source = source
    };
    const Filling filling{
        .sources = set.sources, .values = values, .diagnostics = set.diagnostics
    };
    std::ranges::move(read_objects(manifest, filling), std::back_inserter(set.objects));
}

void report_duplicates(ManifestSet& set) {
    std::map<std::string, const Object*> seen;
    for (const Object& object : set.objects) {
        const auto [at, is_new] = seen.emplace(object.identity(), &object);
        if (!is_new) {
            set.diagnostics.push_back({
                .code = "E0806",
                .message = fmt::format("`{}` is declared twice", object.identity()),
                .primary = {},
                .notes = {},
                .help = {fmt::format(
                    "the addons `{}` and `{}` both have it: keep one", at->second->addon,
                    object.addon
                )},
            });
        }
    }
}

} // namespace

ManifestSet read_manifests(std::span<const EmbeddedFile> files, const Values& values) {
    ManifestSet set;
    for (const EmbeddedFile& file : files) {
        read_file(set, file, values);
    }
    report_duplicates(set);
    std::ranges::stable_sort(set.objects, {}, &Object::phase);
    return set;
}

std::vector<Object> make_objects(const plan::Plan& plan) {
    ManifestSet set = read_manifests(embedded_manifests(), values_of(plan));
    // The files are compiled in and every placeholder of theirs has a value: tests read them all.
    ASSERT(set.diagnostics.empty());
    return std::move(set.objects);
}

} // namespace ducksnest::manifests
