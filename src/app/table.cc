#include "app/table.h"

#include "base/assert.h"

#include <algorithm>
#include <numeric>

namespace ducksnest::app {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t column_width_min = 8;

void append_cell(
    std::string& line, const Cell& cell, Align align, std::size_t width, const Style& style
) {
    const std::string text = clip(cell.text, width);
    const std::size_t padding = width - display_width(text);
    if (align == Align::right) {
        line.append(padding, ' ');
    }
    line += paint(text, cell.tone, style);
    if (align == Align::left) {
        line.append(padding, ' ');
    }
}

} // namespace

void Table::add(std::vector<Cell> row) {
    ASSERT(row.size() == columns_.size());
    rows_.push_back(std::move(row));
}

std::vector<std::size_t> Table::widths(std::size_t width_max) const {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t width = display_width(columns_[i].title);
        for (const auto& row : rows_) {
            width = std::max(width, display_width(row[i].text));
        }
        widths.push_back(width);
    }
    const std::size_t gaps = columns_.empty() ? 0 : gap * (columns_.size() - 1);
    while (std::reduce(widths.begin(), widths.end()) + gaps > width_max) {
        std::size_t widest = columns_.size();
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const bool can_shrink =
                columns_[i].align == Align::left && widths[i] > column_width_min;
            if (can_shrink && (widest == columns_.size() || widths[i] > widths[widest])) {
                widest = i;
            }
        }
        if (widest == columns_.size()) {
            break; // Nothing left to give: better a long line than a hidden number.
        }
        --widths[widest];
    }
    return widths;
}

std::string Table::render(const Style& style) const {
    const std::vector<std::size_t> columns = widths(style.width);
    std::string out;
    const auto add_line = [&](const auto& cell_at) {
        std::string line;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            line.append(i == 0 ? 0 : gap, ' ');
            append_cell(line, cell_at(i), columns_[i].align, columns[i], style);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    };
    add_line([&](std::size_t i) { return Cell{.text = columns_[i].title, .tone = Tone::faint}; });
    for (const auto& row : rows_) {
        add_line([&](std::size_t i) { return row[i]; });
    }
    return out;
}

} // namespace ducksnest::app
