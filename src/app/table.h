#pragma once

#include "app/terminal.h"

#include <string>
#include <vector>

namespace ducksnest::app {

enum class Align : std::uint8_t { left, right };

struct Column {
    std::string title{};
    Align align = Align::left;
};

struct Cell {
    std::string text{};
    Tone tone = Tone::plain;
};

/// Rows for people: columns two spaces apart, numbers to the right, no lines drawn. When the rows
/// are wider than the style's width, the widest left-aligned column is clipped until they fit.
class Table {
public:
    explicit Table(std::vector<Column> columns)
        : columns_(std::move(columns)) {}

    /// As many cells as there are columns.
    void add(std::vector<Cell> row);
    std::size_t row_count() const { return rows_.size(); }
    /// Title row and rows, each ended by a newline, no trailing spaces.
    std::string render(const Style& style) const;

private:
    std::vector<std::size_t> widths(std::size_t width_max) const;

    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_{};
};

} // namespace ducksnest::app
