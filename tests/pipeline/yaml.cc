#include "pipeline/yaml.h"

#include <doctest/doctest.h>

namespace ducksnest::testing {

using manifests::YamlMember;
using manifests::YamlNode;

YamlNode parse_workflow(const std::string& path, std::string_view text) {
    diag::Sources sources;
    const std::uint32_t file = sources.add(path, std::string(text));
    std::vector<diag::Diagnostic> diagnostics;
    std::vector<YamlNode> documents = manifests::parse_yaml(sources, file, diagnostics);
    CAPTURE(path);
    for (const diag::Diagnostic& diagnostic : diagnostics) {
        FAIL_CHECK(diagnostic.message);
    }
    REQUIRE(documents.size() == 1);
    return std::move(documents.front());
}

const YamlNode* find(const YamlNode& node, std::string_view key) {
    if (const auto* members = node.as_mapping()) {
        for (const YamlMember& member : *members) {
            if (member.key.text == key) {
                return &member.value;
            }
        }
    }
    return nullptr;
}

std::string text(const YamlNode* node) {
    return node == nullptr || node->as_scalar() == nullptr ? "" : node->as_scalar()->text;
}

void each_value(
    const YamlNode& node,
    const std::string& key,
    const std::function<void(const std::string& key, const std::string& value)>& see
) {
    if (node.as_scalar() != nullptr) {
        see(key, node.as_scalar()->text);
    } else if (const auto* items = node.as_sequence()) {
        for (const YamlNode& item : *items) {
            each_value(item, key, see);
        }
    } else if (const auto* members = node.as_mapping()) {
        for (const YamlMember& member : *members) {
            each_value(member.value, member.key.text, see);
        }
    }
}

} // namespace ducksnest::testing
