#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The rules of the house that no compiler checks, as pure functions over tracked files.
namespace ducksnest::tidy {

/// A file of the repository, path relative to its root.
struct SourceText {
    std::string path{};
    std::string text{};
};

/// One broken rule; `line` counts from 1, 0 for the whole file.
struct Finding {
    std::string path{};
    std::size_t line = 0;
    std::string message{};

    bool operator==(const Finding&) const = default;
};

/// "src/net/cidr.cc:12: error: `getenv` is banned here, use a door of ports/".
std::string to_string(const Finding& finding);

using Findings = std::vector<Finding>;

// Rules about one file.
Findings check_layers(const SourceText& file);
Findings check_include_direction(const SourceText& file);
Findings check_heavy_headers(const SourceText& file);
Findings check_size(const SourceText& file);
Findings check_text(const SourceText& file);
Findings check_machine_paths(const SourceText& file);
Findings check_keys(const SourceText& file);

/// Sources that no CMakeLists.txt names: they would never be built.
Findings check_dead_files(const std::vector<SourceText>& files);

/// Every rule over every file, in the order of the files.
Findings check_all(const std::vector<SourceText>& files);

} // namespace ducksnest::tidy
