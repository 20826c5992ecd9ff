#include "config/toml.h"

#include <algorithm>

// Its checked assumptions are weaker than its code: `[[[` breaks one and is handled well right
// after.
#undef NDEBUG
#define TOML_ASSERT(expression) static_cast<void>(0)
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace ducksnest::config {
namespace {

/// Turns the parser's tree into ours. Its positions are lines and code points; a line of plain
/// ASCII is converted without looking at it, so that long lines with many keys stay cheap.
class Converter {
public:
    Converter(const diag::SourceFile& file, std::uint32_t file_index)
        : file_(file)
        , file_index_(file_index) {
        ascii_.reserve(file.line_count());
        for (std::uint32_t line = 1; line <= file.line_count(); ++line) {
            ascii_.push_back(std::ranges::none_of(file.line(line), [](char c) {
                return (static_cast<unsigned char>(c) & 0x80U) != 0;
            }));
        }
    }

    Value convert(const toml::node& node) const {
        Value value{.span = span(node.source())};
        if (const toml::table* table = node.as_table()) {
            value.kind = Kind::table;
            value.entries.reserve(table->size());
            for (const auto& [key, child] : *table) {
                value.entries.push_back({
                    .key = std::string(key.str()),
                    .key_span = span(key.source()),
                    .value = convert(child),
                });
            }
        } else if (const toml::array* array = node.as_array()) {
            value.kind = Kind::array;
            value.items.reserve(array->size());
            for (const toml::node& item : *array) {
                value.items.push_back(convert(item));
            }
        } else {
            convert_scalar(node, value);
        }
        return value;
    }

private:
    void convert_scalar(const toml::node& node, Value& value) const {
        if (const auto* text = node.as_string()) {
            value.kind = Kind::string;
            value.text = text->get();
        } else if (const auto* integer = node.as_integer()) {
            value.kind = Kind::integer;
            value.integer = integer->get();
        } else if (const auto* boolean = node.as_boolean()) {
            value.kind = Kind::boolean;
            value.boolean = boolean->get();
        } else {
            value.kind = node.is_floating_point() ? Kind::real : Kind::date;
            value.text = file_.text().substr(value.span.begin, value.span.end - value.span.begin);
        }
    }

    diag::Span span(const toml::source_region& region) const {
        const std::uint32_t begin = offset(region.begin);
        return {.file = file_index_, .begin = begin, .end = std::max(begin, offset(region.end))};
    }

    std::uint32_t offset(const toml::source_position& position) const {
        if (!position) {
            return 0;
        }
        if (position.line <= ascii_.size() && ascii_[position.line - 1]) {
            const auto width = static_cast<std::uint32_t>(file_.line(position.line).size());
            return file_.line_start(position.line) + std::min(position.column - 1, width);
        }
        return file_.offset({.line = position.line, .column = position.column});
    }

    const diag::SourceFile& file_;
    std::uint32_t file_index_;
    std::vector<bool> ascii_{};
};

SyntaxError syntax_error(const toml::parse_error& error) {
    constexpr std::string_view prefix = "Error while parsing ";
    std::string_view message = error.description();
    SyntaxError result;
    if (message.starts_with(prefix)) {
        const std::size_t colon = message.find(": ");
        result.context = message.substr(prefix.size(), colon - prefix.size());
        message.remove_prefix(std::min(message.size(), colon + 2));
    }
    result.message = message;
    const toml::source_position place = error.source().begin;
    result.place = {
        .line = std::max<std::uint32_t>(place.line, 1),
        .column = std::max<std::uint32_t>(place.column, 1)
    };
    return result;
}

} // namespace

std::expected<Value, SyntaxError>
parse_toml(std::string_view text, const diag::SourceFile& file, std::uint32_t file_index) {
    const toml::parse_result result = toml::parse(text, std::string_view());
    if (!result) {
        return std::unexpected(syntax_error(result.error()));
    }
    Value root = Converter(file, file_index).convert(result.table());
    root.span = {.file = file_index, .begin = 0, .end = 0};
    return root;
}

} // namespace ducksnest::config
