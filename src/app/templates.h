#pragma once

#include <string_view>

/// The files below templates/init/, compiled in by cmake/embed.cmake.
namespace ducksnest::app::templates {

extern const std::string_view homelab_toml;
extern const std::string_view gitignore;
extern const std::string_view README_md; // NOLINT(readability-identifier-naming): the file's name

} // namespace ducksnest::app::templates
