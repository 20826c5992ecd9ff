#include "render/template.h"

#include "base/assert.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace ducksnest::render {
namespace {

bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return std::islower(static_cast<unsigned char>(c)) != 0 || c == '_';
    });
}

/// A placeholder at the start of a text, from its `@` to its `@`.
struct Placeholder {
    std::string_view name{};
    std::string_view kind{};
    std::size_t size = 0; ///< 0: the text does not start with one.
};

Placeholder first_placeholder(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::size_t end = text.find('@', 1);
    if (!text.starts_with('@') || end == std::string_view::npos || colon >= end) {
        return {};
    }
    const Placeholder found{
        .name = text.substr(1, colon - 1),
        .kind = text.substr(colon + 1, end - colon - 1),
        .size = end + 1
    };
    return is_name(found.name) && is_name(found.kind) ? found : Placeholder{};
}

std::string written(const Placeholder& placeholder, const TemplateValues& values) {
    if (placeholder.kind == "strings" || placeholder.kind == "lines") {
        const auto list = values.lists.find(placeholder.name);
        ASSERT(list != values.lists.end());
        std::string lines;
        for (const std::string& item : list->second) {
            lines += lines.empty() ? "" : "\n";
            lines += placeholder.kind == "lines" ? item : "    " + toml_string(item) + ",";
        }
        return lines;
    }
    const auto value = values.texts.find(placeholder.name);
    ASSERT(value != values.texts.end());
    if (placeholder.kind == "string") {
        return toml_string(value->second);
    }
    if (placeholder.kind == "key") {
        return toml_key(value->second);
    }
    ASSERT(placeholder.kind == "text");
    return value->second;
}

} // namespace

std::string fill_template(std::string_view text, const TemplateValues& values) {
    std::string out;
    while (!text.empty()) {
        const std::size_t at = std::min(text.find('@'), text.size());
        out += text.substr(0, at);
        text.remove_prefix(at);
        const Placeholder placeholder = first_placeholder(text);
        if (placeholder.size > 0) {
            out += written(placeholder, values);
            text.remove_prefix(placeholder.size);
        } else if (!text.empty()) {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

std::string toml_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            out += fmt::format("\\u{:04x}", byte);
        } else {
            out += c;
        }
    }
    return out + "\"";
}

std::string toml_key(std::string_view text) {
    const bool is_bare = !text.empty() && std::ranges::all_of(text, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
    });
    return is_bare ? std::string(text) : toml_string(text);
}

} // namespace ducksnest::render
