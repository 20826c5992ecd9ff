#pragma once

#include "base/json.h"
#include "diag/diagnostic.h"
#include "diag/source.h"
#include "manifests/yaml.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ducksnest::manifests {

/// What `${name}` stands for. Names are lower case letters, digits and `_`.
using Values = std::map<std::string, Json, std::less<>>;

/// What filling needs besides the node.
struct Filling {
    const diag::Sources& sources;
    const Values& values;
    std::vector<diag::Diagnostic>& diagnostics;
};

/// Types a document and fills its placeholders. A plain scalar that is only `${x}` becomes the
/// value of x with its type; inside a longer or quoted string strings, integers and booleans are
/// written out. `$${` is a literal `${`. Keys take no placeholders. Every mistake adds a diagnostic
/// and leaves null in its place.
Json fill(const YamlNode& node, const Filling& filling);

} // namespace ducksnest::manifests
