#include "model/codes.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::model {
namespace {

constexpr std::size_t columns_max = 80;

/// Breaks a paragraph at spaces.
std::string wrapped(std::string_view text) {
    std::string lines;
    std::size_t column = 0;
    for (const std::string_view word : split(text, ' ')) {
        if (column > 0 && column + 1 + word.size() > columns_max) {
            lines += '\n';
            column = 0;
        }
        lines += column > 0 ? " " : "";
        lines += word;
        column += word.size() + (column > 0 ? 1 : 0);
    }
    return lines + "\n";
}

std::string indented(std::string_view text) {
    std::string lines;
    for (const std::string_view line : split(text, '\n')) {
        lines += line.empty() ? "\n" : fmt::format("    {}\n", line);
    }
    return lines;
}

} // namespace

std::vector<Code> codes() {
    std::vector<Code> all;
    for (const std::span<const Code> group :
         {syntax_codes(),
          name_codes(),
          network_codes(),
          node_codes(),
          capacity_codes(),
          recovery_codes()}) {
        all.insert(all.end(), group.begin(), group.end());
    }
    return all;
}

std::optional<Code> find_code(std::string_view id) {
    const auto upper = [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    };
    for (const Code& code : codes()) {
        if (std::ranges::equal(id, code.id, {}, upper)) {
            return code;
        }
    }
    return std::nullopt;
}

std::string explain(const Code& code) {
    return fmt::format(
        "{}: {}\n\n{}\nWrong:\n\n{}\nRight:\n\n{}",
        code.id,
        code.title,
        wrapped(code.text),
        indented(code.wrong),
        indented(code.right)
    );
}

} // namespace ducksnest::model
