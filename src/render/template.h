#pragma once

#include "base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::render {

/// What stands for the placeholders of a template. A placeholder says how its value is written:
/// `@name:text@` as it is, `@name:string@` as a TOML string, `@name:key@` as a TOML key,
/// `@name:strings@` as TOML strings, one a line, each with a comma, `@name:lines@` as lines.
struct TemplateValues {
    std::map<std::string, std::string, std::less<>> texts{};
    std::map<std::string, std::vector<std::string>, std::less<>> lists{};
};

/// The template with every placeholder filled; a placeholder without a value, or of a kind that
/// does not exist, is a bug.
std::string fill_template(std::string_view text, const TemplateValues& values);

/// A TOML basic string with its quotes (https://toml.io/en/v1.0.0#string).
std::string toml_string(std::string_view text);
/// Bare where TOML allows it, quoted elsewhere.
std::string toml_key(std::string_view text);

} // namespace ducksnest::render
