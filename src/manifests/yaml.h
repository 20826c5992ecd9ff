#pragma once

#include "diag/diagnostic.h"
#include "diag/source.h"
#include "diag/span.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

/// Kubernetes objects from hand-written YAML: the reader, the placeholders, and what a plan makes
/// of the files in `manifests/`.
namespace ducksnest::manifests {

/// A scalar as written, escapes undone. Only a plain one may turn out to be no string.
struct YamlScalar {
    std::string text{};
    bool is_plain = false; ///< Neither quoted nor a block (`|`, `>`).
};

struct YamlMember;

/// One node of a document, with its place and without a type yet.
struct YamlNode {
    diag::Span span{};
    std::variant<YamlScalar, std::vector<YamlNode>, std::vector<YamlMember>> value;

    const YamlScalar* as_scalar() const { return std::get_if<YamlScalar>(&value); }
    const std::vector<YamlNode>* as_sequence() const {
        return std::get_if<std::vector<YamlNode>>(&value);
    }
    const std::vector<YamlMember>* as_mapping() const {
        return std::get_if<std::vector<YamlMember>>(&value);
    }
};

/// One `key: value` of a mapping, in the order of the file.
struct YamlMember {
    YamlScalar key{};
    diag::Span key_span{};
    YamlNode value{};
};

/// The documents of a file; empty ones (a leading `---`, comments only) are left out. Scanned by
/// libyaml, whose Go port reads manifests in kubectl and the API server, so that what is a token
/// here is one there. Refused, because no manifest needs them and readers treat them differently:
/// anchors and aliases, tags, merge keys, keys that are no scalars, keys given twice, nesting
/// deeper than 200. A mistake adds a diagnostic and ends the file; documents before it are
/// returned.
std::vector<YamlNode> parse_yaml(
    const diag::Sources& sources, std::uint32_t file, std::vector<diag::Diagnostic>& diagnostics
);

} // namespace ducksnest::manifests
