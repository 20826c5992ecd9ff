#include "diag/source.h"

#include "base/assert.h"

#include <algorithm>

namespace ducksnest::diag {
namespace {

/// Continuation bytes of UTF-8 do not start a code point.
bool starts_code_point(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

/// Editors of other systems start a file with a byte order mark; it is no part of the text.
std::string without_mark(std::string text) {
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.erase(0, 3);
    }
    return text;
}

} // namespace

SourceFile::SourceFile(std::string name, std::string text)
    : name_(std::move(name))
    , text_(without_mark(std::move(text)))
    , secrets_(find_secrets(text_)) {
    line_starts_.push_back(0);
    for (std::size_t i = 0; i < text_.size(); ++i) {
        if (text_[i] == '\n') {
            line_starts_.push_back(static_cast<std::uint32_t>(i + 1));
        }
    }
}

Place SourceFile::place(std::uint32_t offset) const {
    const auto size = static_cast<std::uint32_t>(text_.size());
    offset = std::min(offset, size);
    const auto after = std::ranges::upper_bound(line_starts_, offset);
    const auto line = static_cast<std::uint32_t>(after - line_starts_.begin());
    const auto begin = text_.begin() + line_starts_[line - 1];
    const auto column = std::count_if(begin, text_.begin() + offset, starts_code_point);
    return {.line = line, .column = static_cast<std::uint32_t>(column) + 1};
}

std::uint32_t SourceFile::offset(Place place) const {
    ASSERT(place.line >= 1 && place.column >= 1);
    if (place.line > line_count()) {
        return static_cast<std::uint32_t>(text_.size());
    }
    const std::uint32_t start = line_starts_[place.line - 1];
    const std::string_view text = line(place.line);
    std::uint32_t column = 0;
    for (std::uint32_t i = 0; i < text.size(); ++i) {
        if (starts_code_point(text[i]) && ++column == place.column) {
            return start + i;
        }
    }
    return start + static_cast<std::uint32_t>(text.size());
}

std::string_view SourceFile::line(std::uint32_t number) const {
    ASSERT(number >= 1 && number <= line_count());
    const std::uint32_t begin = line_starts_[number - 1];
    const std::size_t end = number < line_count() ? line_starts_[number] - 1 : text_.size();
    std::string_view text = std::string_view(text_).substr(begin, end - begin);
    if (text.ends_with('\r')) {
        text.remove_suffix(1);
    }
    return text;
}

std::uint32_t SourceFile::line_start(std::uint32_t number) const {
    ASSERT(number >= 1 && number <= line_count());
    return line_starts_[number - 1];
}

bool SourceFile::is_secret(std::uint32_t offset) const {
    const auto after = std::ranges::upper_bound(secrets_, offset, {}, &Range::begin);
    return after != secrets_.begin() && offset < std::prev(after)->end;
}

std::uint32_t Sources::add(std::string name, std::string text) {
    files_.emplace_back(std::move(name), std::move(text));
    return static_cast<std::uint32_t>(files_.size() - 1);
}

} // namespace ducksnest::diag
