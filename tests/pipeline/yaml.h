#pragma once

#include "manifests/yaml.h"

#include <functional>
#include <string>
#include <string_view>

namespace ducksnest::testing {

/// The one document of a text; a mistake fails the test.
manifests::YamlNode parse_workflow(const std::string& path, std::string_view text);

/// A member of a mapping, or null.
const manifests::YamlNode* find(const manifests::YamlNode& node, std::string_view key);
/// A scalar's text; empty for everything else.
std::string text(const manifests::YamlNode* node);

/// Every scalar that is a value, with its key; items of lists have the key of their list.
void each_value(
    const manifests::YamlNode& node,
    const std::string& key,
    const std::function<void(const std::string& key, const std::string& value)>& see
);

} // namespace ducksnest::testing
