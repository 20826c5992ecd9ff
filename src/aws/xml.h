#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::aws {

/// An element of the XML that AWS answers with. Attributes and name spaces are dropped.
struct XmlElement {
    std::string name{};
    std::string text{}; ///< Of its own, entities resolved.
    std::vector<XmlElement> children{};

    /// The first child of that name, or null.
    const XmlElement* find(std::string_view child) const;
    /// The text of the first child of that name, or "".
    std::string_view get(std::string_view child) const;
};

/// Reads a document's root (XML 1.0, the part of it that services use: no document type, no
/// entities of its own). `corrupt` for everything else, and for nesting deeper than 32.
Result<XmlElement> parse_xml(std::string_view text);

/// Text between tags: `&`, `<` and `>` escaped.
std::string xml_escape(std::string_view text);

} // namespace ducksnest::aws
