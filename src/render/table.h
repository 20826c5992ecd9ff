#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::render {

/// Rows of plain text set in columns, two spaces apart. ASCII names and numbers only: widths count
/// bytes.
class Table {
public:
    explicit Table(std::vector<std::string> heads)
        : rows_{std::move(heads)} {}

    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    /// The lines, heads first; no blanks at line ends.
    std::vector<std::string> lines() const;

private:
    std::vector<std::vector<std::string>> rows_;
};

/// Words flowed into lines of at most `width` columns; every line but the first after `indent`
/// spaces.
std::string fold(std::string_view text, std::size_t indent, std::size_t width);

} // namespace ducksnest::render
