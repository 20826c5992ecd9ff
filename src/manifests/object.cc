#include "manifests/object.h"

#include "base/assert.h"
#include "manifests/yaml.h"

#include <fmt/format.h>

#include <utility>

namespace ducksnest::manifests {
namespace {

std::string_view text_of(const Json* value) {
    const std::string* text = value == nullptr ? nullptr : value->as_string();
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

const Json* metadata_of(const Json& object) {
    return object.find("metadata");
}

/// What a document lacks to be an object of Kubernetes; empty when nothing.
std::string_view missing(const Json& object) {
    if (object.as_object() == nullptr) {
        return "it is no mapping";
    }
    if (text_of(object.find("apiVersion")).empty()) {
        return "it has no `apiVersion`";
    }
    if (text_of(object.find("kind")).empty()) {
        return "it has no `kind`";
    }
    if (object.find("items") != nullptr) {
        return "it is a list";
    }
    const Json* metadata = metadata_of(object);
    if (metadata == nullptr || text_of(metadata->find("name")).empty()) {
        return "it has no `metadata.name`";
    }
    const Json* labels = metadata->find("labels");
    if (labels != nullptr && !labels->is_null() && labels->as_object() == nullptr) {
        return "its labels are no mapping";
    }
    return {};
}

Json with_labels(Json object, std::string_view addon) {
    Json metadata = *metadata_of(object);
    const Json* present = metadata.find("labels");
    Json labels = present == nullptr || present->is_null() ? Json::object({}) : *present;
    labels.set("app.kubernetes.io/managed-by", "ducksnest");
    if (labels.find("app.kubernetes.io/name") == nullptr) {
        labels.set("app.kubernetes.io/name", addon);
    }
    metadata.set("labels", std::move(labels));
    object.set("metadata", std::move(metadata));
    return object;
}

} // namespace

std::string_view Object::api_version() const {
    return text_of(value.find("apiVersion"));
}

std::string_view Object::kind() const {
    return text_of(value.find("kind"));
}

std::string_view Object::name() const {
    const Json* metadata = metadata_of(value);
    return metadata == nullptr ? std::string_view() : text_of(metadata->find("name"));
}

std::string_view Object::space() const {
    const Json* metadata = metadata_of(value);
    return metadata == nullptr ? std::string_view() : text_of(metadata->find("namespace"));
}

std::string Object::identity() const {
    return fmt::format(
        "{} {} {}{}{}", api_version(), kind(), space(), space().empty() ? "" : "/", name()
    );
}

std::vector<kube::Object> for_bootstrap(const std::vector<Object>& objects) {
    std::vector<kube::Object> out;
    out.reserve(objects.size());
    for (const Object& object : objects) {
        out.push_back({
            .body = object.value,
            .origin = object.place,
            .phase = std::string(kube::to_string(object.phase)),
        });
    }
    return out;
}

std::vector<Object> read_objects(const ManifestFile& file, const Filling& filling) {
    std::vector<Object> out;
    const diag::SourceFile& source = filling.sources.at(file.source);
    for (const YamlNode& document : parse_yaml(filling.sources, file.source, filling.diagnostics)) {
        const std::size_t mistakes = filling.diagnostics.size();
        Json object = fill(document, filling);
        if (filling.diagnostics.size() != mistakes) {
            continue;
        }
        const std::string_view lack = missing(object);
        if (!lack.empty()) {
            filling.diagnostics.push_back({
                .code = "E0804",
                .message = fmt::format("this document is no Kubernetes object: {}", lack),
                .primary = {.span = document.span, .text = {}},
                .notes = {},
                .help = {"every document needs `apiVersion`, `kind` and `metadata.name`"},
            });
            continue;
        }
        out.push_back({
            .phase = file.phase,
            .addon = std::string(file.addon),
            .place = fmt::format("{}:{}", source.name(), source.place(document.span.begin).line),
            .span = document.span,
            .value = with_labels(std::move(object), file.addon),
        });
    }
    return out;
}

} // namespace ducksnest::manifests
