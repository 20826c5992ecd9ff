#pragma once

#include <optional>
#include <string>

namespace ducksnest::io {

/// A variable of the process's environment.
std::optional<std::string> variable(const std::string& name);

/// The folder itself made absolute, as people are shown it; the text unchanged when it cannot be.
std::string absolute_path(const std::string& path);

} // namespace ducksnest::io
