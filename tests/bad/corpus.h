#pragma once

#include <string>
#include <vector>

namespace ducksnest::bad {

/// One bad homelab.toml of the corpus.
struct Case {
    std::string name{};
    std::string text{};
    std::string expected_path{};
};

/// Those that no file could carry through an editor or the rules of this tree: control characters,
/// foreign line ends, megabytes, things that look like private keys.
std::vector<Case> generated_cases();

/// NAME.toml of this folder and the generated ones, by name.
std::vector<Case> all_cases();

std::string read_text(const std::string& path);

} // namespace ducksnest::bad
