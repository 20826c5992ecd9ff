#include "config/syntax.h"

#include "config/syntax_error.h"
#include "config/text_check.h"
#include "config/toml.h"
#include "diag/display.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::config {
namespace {

constexpr int mistakes_max = 20;

/// The mistakes of one file, and a copy of its text in which the lines they stand on are blanked.
class Recovery {
public:
    Recovery(const diag::SourceFile& file, std::uint32_t file_index)
        : file_(file)
        , file_index_(file_index)
        , text_(file.text()) {}

    Parsed run() {
        Parsed parsed;
        for (int i = 0; i < mistakes_max; ++i) {
            if (std::optional<diag::Diagnostic> wrong = check_text(text_, file_index_)) {
                parsed.diagnostics.push_back(*std::move(wrong));
                return parsed;
            }
            std::expected<Value, SyntaxError> root = parse();
            if (root) {
                parsed.root = *std::move(root);
                parsed.complete = parsed.diagnostics.empty();
                return parsed;
            }
            parsed.diagnostics.push_back(describe(root.error(), file_, file_index_));
            if (!blank(root.error())) {
                return parsed;
            }
        }
        return parsed;
    }

private:
    std::expected<Value, SyntaxError> parse() const {
        if (const std::optional<std::size_t> foreign = find_foreign(text_)) {
            const std::size_t size = diag::utf8_size(text_, *foreign);
            return std::unexpected(SyntaxError{
                .context = {},
                .message =
                    fmt::format("{}, saw '{}'", foreign_character, text_.substr(*foreign, size)),
                .place = file_.place(static_cast<std::uint32_t>(*foreign)),
            });
        }
        return parse_toml(text_, file_, file_index_);
    }

    /// Blanks what the mistake spoils. False when it may spoil everything after it, as an open
    /// bracket or quote does.
    bool blank(const SyntaxError& error) {
        const std::uint32_t first = error.place.line;
        if (first > file_.line_count()) {
            return false;
        }
        const std::string_view line = current_line(first);
        std::uint32_t last = first;
        if (is_header(line) && is_one_of(error.context, {"table header", "key", "string", ""})) {
            while (last < file_.line_count() && !is_header(current_line(last + 1))) {
                ++last;
            }
        } else if (!is_local(error, line)) {
            return false;
        }
        for (std::uint32_t number = first; number <= last; ++number) {
            const std::size_t begin = file_.line_start(number);
            std::fill_n(
                text_.begin() + static_cast<std::ptrdiff_t>(begin), file_.line(number).size(), ' '
            );
        }
        return true;
    }

    /// The mistake is in a `key = value` that begins and ends on its line.
    static bool is_local(const SyntaxError& error, std::string_view line) {
        const std::size_t equals = line.find('=');
        if (error.context.empty() && !line.contains('=')) {
            return false;
        }
        if (is_one_of(error.context, {"key-value pair", "key", "root table", ""})) {
            return !line.contains("\"\"\"") && !line.contains("'''");
        }
        const bool after_equals = equals != std::string_view::npos && equals < error.place.column;
        const bool ends_here =
            error.message != "encountered end-of-file" || error.place.column < line.size();
        return after_equals && (ends_here || !error.context.contains("array")) &&
               !line.contains("\"\"\"") && !line.contains("'''");
    }

    static bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
        return std::ranges::find(words, word) != words.end();
    }

    std::string_view current_line(std::uint32_t number) const {
        return std::string_view(text_).substr(file_.line_start(number), file_.line(number).size());
    }

    const diag::SourceFile& file_;
    std::uint32_t file_index_;
    std::string text_;
};

} // namespace

Parsed parse(const diag::SourceFile& file, std::uint32_t file_index) {
    return Recovery(file, file_index).run();
}

} // namespace ducksnest::config
