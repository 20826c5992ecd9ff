#pragma once

#include <optional>
#include <string>

namespace ducksnest::manifests::testing {

/// Calico's definitions from a local copy, or nothing, which is said in the test's output.
std::optional<std::string> calico_definitions_text();

} // namespace ducksnest::manifests::testing
