#include "render/table.h"

#include "base/text.h"

#include <algorithm>

namespace ducksnest::render {

std::vector<std::string> Table::lines() const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    std::vector<std::string> lines;
    for (const auto& row : rows_) {
        std::string& line = lines.emplace_back();
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            line.append(widths[i] - row[i].size() + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
    }
    return lines;
}

std::string fold(std::string_view text, std::size_t indent, std::size_t width) {
    std::string folded;
    std::size_t column = indent;
    for (const std::string_view word : split(text, ' ')) {
        if (!folded.empty() && column + 1 + word.size() > width) {
            folded += '\n';
            folded.append(indent, ' ');
            column = indent;
        } else if (!folded.empty()) {
            folded += ' ';
            ++column;
        }
        folded += word;
        column += word.size();
    }
    return folded;
}

} // namespace ducksnest::render
