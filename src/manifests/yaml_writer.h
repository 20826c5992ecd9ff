#pragma once

#include "base/json.h"

#include <string>

namespace ducksnest::manifests {

/// A value as YAML for people: block style, members sorted, except that `apiVersion`, `kind` and
/// `metadata` come first. Every string that could be taken for something else is quoted, and every
/// string value is quoted in any case, so that no reader has to guess; text of several lines is a
/// block. Ends with a newline; does not begin with `---`.
std::string write_yaml(const Json& value);

} // namespace ducksnest::manifests
