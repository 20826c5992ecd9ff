#include "manifests/addons.h"

#include "base/assert.h"
#include "manifests/values.h"
#include "manifests/yaml_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace ducksnest::manifests {
namespace {

std::string_view addon_of(std::string_view path) {
    return path.substr(0, path.find('/'));
}

/// The phase that a file's name says; none when the path is not `<addon>/<phase>.yaml`.
std::optional<Phase> phase_of(std::string_view path) {
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos || !path.ends_with(".yaml")) {
        return std::nullopt;
    }
    path.remove_prefix(slash + 1);
    path.remove_suffix(std::string_view(".yaml").size());
    return kube::parse_phase(path);
}

void read_file(ManifestSet& set, const ManifestText& file, const Values& values) {
    const auto& [path, text] = file;
    const std::uint32_t source =
        set.sources.add(fmt::format("manifests/{}", path), std::string(text));
    const std::optional<Phase> phase = phase_of(path);
    if (!phase.has_value()) {
        set.diagnostics.push_back({
            .code = "E0805",
            .message = fmt::format("the name of `manifests/{}` says no phase", path),
            .primary = {.span = {.file = source, .begin = 0, .end = 0}, .text = {}},
            .notes = {},
            .help = {"call it <addon>/<phase>.yaml; the phases are admin, namespaces, access, "
                     "definitions, settings, network, dns and services"},
        });
        return;
    }
    const ManifestFile manifest{.addon = addon_of(path), .phase = *phase, .source = source};
    const Filling filling{.sources = set.sources, .values = values, .diagnostics = set.diagnostics};
    std::ranges::move(read_objects(manifest, filling), std::back_inserter(set.objects));
}

void report_duplicates(ManifestSet& set) {
    std::map<std::string, const Object*> seen;
    for (const Object& object : set.objects) {
        const auto [at, is_new] = seen.emplace(object.identity(), &object);
        if (is_new) {
            continue;
        }
        const auto label = [](const Object& shown) {
            return diag::Label{.span = shown.span, .text = {}};
        };
        set.diagnostics.push_back({
            .code = "E0806",
            .message = fmt::format("`{}` is declared twice", object.identity()),
            .primary = label(object),
            .notes = {{.message = "first here", .label = label(*at->second)}},
            .help = {"keep one of them"},
        });
    }
}

} // namespace

ManifestSet read_manifests(std::span<const ManifestText> files, const Values& values) {
    ManifestSet set;
    for (const ManifestText& file : files) {
        read_file(set, file, values);
    }
    report_duplicates(set);
    std::ranges::stable_sort(set.objects, {}, &Object::phase);
    return set;
}

std::vector<Object> make_objects(const plan::Plan& plan) {
    std::vector<ManifestText> files;
    for (const ManifestText& file : embedded_manifests()) {
        if (has_addon(plan, addon_of(file.first))) {
            files.push_back(file);
        }
    }
    ManifestSet set = read_manifests(files, values_of(plan));
    // The files are compiled in and every placeholder in them has a value: a test reads them all.
    ASSERT(set.diagnostics.empty());
    return std::move(set.objects);
}

std::map<std::string, std::string> render_objects(std::span<const Object> objects) {
    std::map<std::string, std::string> files;
    for (const Object& object : objects) {
        std::string& text =
            files[fmt::format("{}/{}.yaml", object.addon, kube::to_string(object.phase))];
        text += text.empty() ? "# Written by `ducksnest render`; change homelab.toml instead.\n"
                             : "---\n";
        text += write_yaml(object.value);
    }
    return files;
}

} // namespace ducksnest::manifests
