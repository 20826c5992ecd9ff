#pragma once

#include "base/json.h"

#include <string>
#include <string_view>

namespace ducksnest::manifests {

/// What a plain scalar means, or why that is not clear.
struct PlainValue {
    Json value{};
    std::string mistake{}; ///< Empty: `value` counts. "is a boolean to some readers of YAML and …".
    std::string help{};
};

/// Reads a plain scalar as YAML 1.1, the core schema of YAML 1.2 and Kubernetes (sigs.k8s.io/yaml)
/// all do: null, true and false, decimal integers, strings. Where they disagree (`yes`, `012`,
/// `1e3`, `12:30`, `2026-01-31`) or where the value is no integer (`0.5`), it asks for quotes.
PlainValue resolve_plain(std::string_view text);

} // namespace ducksnest::manifests
