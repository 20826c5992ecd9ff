#pragma once

#include "base/json.h"

#include <string>
#include <vector>

namespace ducksnest::testing {

/// What in `document` breaks a JSON Schema (2020-12), each as "/nodes/firebat/cpus: is no integer".
/// Knows what our schemas use: type, const, enum, pattern, properties, required,
/// additionalProperties, items and $ref into $defs. A keyword it does not know is reported too, so
/// that no rule is silently skipped.
std::vector<std::string> schema_violations(const Json& schema, const Json& document);

} // namespace ducksnest::testing
