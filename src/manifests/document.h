#pragma once

#include "base/json.h"
#include "base/result.h"

#include <string>

namespace ducksnest::manifests {

/// A YAML file with one document, which may be JSON, and no placeholders: a kubeconfig. `invalid`
/// says line and column.
Result<Json> read_document(const std::string& name, std::string text);

} // namespace ducksnest::manifests
