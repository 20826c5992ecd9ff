#include "config/syntax_error.h"

#include "config/schema.h"
#include "diag/display.h"
#include "diag/secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace ducksnest::config {

std::string_view trim(std::string_view text) {
    constexpr std::string_view blank = " \t\r";
    const std::size_t begin = std::min(text.find_first_not_of(blank), text.size());
    return text.substr(begin, text.find_last_not_of(blank) + 1 - begin);
}

bool is_header(std::string_view line) {
    return trim(line).starts_with('[');
}

namespace {

/// The value of a line `key = value # comment` when it is text that lacks its quotes.
std::optional<std::string> unquoted_text(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view value = line.substr(equals + 1);
    value = trim(value.substr(0, value.find('#')));
    const bool plain =
        !value.empty() && value.find_first_of("\"'[]{}=,\\") == std::string_view::npos;
    return plain ? std::optional(std::string(value)) : std::nullopt;
}

struct Wording {
    std::string_view theirs{}; ///< How the parser's message starts.
    std::string_view ours{};   ///< Instead of it; empty: keep it.
    std::string_view help{};
};

/// What people meet most, in words that say what to do.
constexpr std::array<Wording, 9> wordings = {{
    {foreign_character, "", "put it in quotes, also when it is a key"},
    {"encountered end-of-file", "the file ends too early", "is a quote or bracket above not closed?"
    },
    {"expected '=', saw ':'", "", "TOML has `key = value`"},
    {"expected '='", "", "write `key = value`"},
    {"unescaped control characters", "the string is not closed", "add a quote at its end"},
    {"expected a comment or whitespace",
     "expected the end of the line",
     "write one key on each line"},
    {"expected keys, tables",
     "a line is a key, a header or a comment",
     "a key of other characters than A-Z, a-z, 0-9, _ and - needs quotes"},
    {"expected comma or closing ']'", "", "is a `]` missing before this?"},
    {"unknown escape sequence", "", "write a backslash as `\\\\`, or use '…' instead of \"…\""},
}};

const Wording* wording_of(const SyntaxError& error) {
    const auto found = std::ranges::find_if(wordings, [&](const Wording& wording) {
        return error.message.starts_with(wording.theirs);
    });
    return found != wordings.end() ? found : nullptr;
}

/// The parser quotes with apostrophes and shows line ends as escapes; we use backticks and words.
std::string in_our_words(const SyntaxError& error) {
    const Wording* wording = wording_of(error);
    std::string message = error.message;
    if (wording != nullptr && !wording->ours.empty()) {
        const std::size_t saw = message.find(", saw ");
        message = std::string(wording->ours) +
                  (saw == std::string::npos ? std::string() : message.substr(saw));
    }
    constexpr std::string_view line_end = "'\\n'";
    if (const std::size_t at = message.find(line_end); at != std::string::npos) {
        message.replace(at, line_end.size(), "the end of the line");
    }
    std::ranges::replace(message, '\'', '`');
    return diag::printable(message);
}

/// What word processors put instead of `"` and `'`: U+2018 to U+201F, three bytes each.
std::string_view without_typographic_quotes(std::string_view text) {
    static constexpr std::string_view block = "\xE2\x80";
    const auto is_quote = [](std::string_view piece) {
        return piece.size() == 3 && piece.starts_with(block) && piece[2] >= '\x98' &&
               piece[2] <= '\x9F';
    };
    if (is_quote(text.substr(0, 3))) {
        text.remove_prefix(3);
    }
    if (text.size() >= 3 && is_quote(text.substr(text.size() - 3))) {
        text.remove_suffix(3);
    }
    return text;
}

/// How to write what stands behind the `=` of a line: with quotes, unless the key takes a number.
std::string quotes_help(std::string_view line, std::string_view value) {
    const std::string_view name = trim(line.substr(0, line.find('=')));
    for (const Section& section : schema()) {
        for (const Key& key : section.keys) {
            if (key.name == name && (key.type == Type::integer || key.type == Type::money)) {
                return fmt::format("write it like `{} = {}`", key.name, key.example);
            }
        }
    }
    return fmt::format("write {}", diag::quoted(fmt::format("\"{}\"", value)));
}

/// "cannot redefine existing table 'nodes.a'": shows the first one, too.
void explain_repetition(
    const SyntaxError& error, const diag::SourceFile& file, diag::Diagnostic& diagnostic
) {
    diagnostic.code = "E0102";
    const std::uint32_t file_index = diagnostic.primary.span.file;
    const std::uint32_t number = error.place.line;
    const std::string_view line = trim(file.line(number));
    const auto name_of = [](std::string_view text) {
        text = trim(text);
        return trim(
            text.starts_with('[') ? text.substr(0, text.find_last_of(']') + 1)
                                  : text.substr(0, text.find('='))
        );
    };
    const std::string_view name = name_of(line);
    const bool header = is_header(line);
    const auto start = file.line_start(number) +
                       static_cast<std::uint32_t>(line.data() - file.line(number).data());
    diagnostic.message = fmt::format("{} stands here a second time", diag::quoted(name));
    diagnostic.primary.span = {
        .file = file_index, .begin = start, .end = start + static_cast<std::uint32_t>(name.size())
    };
    for (std::uint32_t before = number - 1; before >= 1; --before) {
        const std::string_view other = file.line(before);
        if (name_of(other) == name && !name.empty()) {
            const auto at = file.line_start(before) +
                            static_cast<std::uint32_t>(trim(other).data() - other.data());
            diagnostic.notes.push_back({
                "it stands here first",
                {{.file = file_index,
                  .begin = at,
                  .end = at + static_cast<std::uint32_t>(name.size())},
                 ""},
            });
            break;
        }
        if (!header && is_header(other)) {
            break;
        }
    }
    if (diagnostic.notes.empty()) {
        diagnostic.message = fmt::format("{}: {}", diag::quoted(name), in_our_words(error));
    }
    diagnostic.help.emplace_back(
        header ? "put all keys of a section under one header" : "keep one of the two"
    );
}

} // namespace

diag::Diagnostic
describe(const SyntaxError& error, const diag::SourceFile& file, std::uint32_t file_index) {
    const std::uint32_t begin = file.offset(error.place);
    const Wording* wording = wording_of(error);
    const bool is_reworded = wording != nullptr && !wording->ours.empty();
    diag::Diagnostic diagnostic{
        .code = "E0101",
        .message = error.context.empty() || error.context == "root table" || is_reworded
                       ? in_our_words(error)
                       : fmt::format("cannot read this {}: {}", error.context, in_our_words(error)),
        .primary = {{.file = file_index, .begin = begin, .end = begin}, ""},
    };
    if (error.message.starts_with("exceeded maximum nested value depth")) {
        diagnostic.code = "E0113";
        diagnostic.message = "lists and tables are nested deeper than 256";
        diagnostic.help.emplace_back("no value of homelab.toml is nested deeper than two");
        return diagnostic;
    }
    if (error.message.starts_with("cannot redefine") ||
        error.message.starts_with("cannot insert")) {
        explain_repetition(error, file, diagnostic);
        return diagnostic;
    }
    if (error.place.line > file.line_count()) {
        return diagnostic;
    }
    const std::string_view line = file.line(error.place.line);
    const bool in_value = error.context != "table header" && error.context != "array" &&
                          line.find('=') < error.place.column;
    const std::optional<std::string> text = in_value ? unquoted_text(line) : std::nullopt;
    if (text && text->find_first_not_of("0123456789+-_.") != std::string::npos) {
        const auto at = static_cast<std::uint32_t>(line.find(*text, line.find('=')));
        const std::string_view plain = without_typographic_quotes(*text);
        diagnostic.message = fmt::format(
            "{} {}",
            diag::quoted(*text),
            plain.size() == text->size() ? "is text without quotes" : "has typographic quotes"
        );
        diagnostic.primary.span.begin = file.line_start(error.place.line) + at;
        diagnostic.primary.span.end =
            diagnostic.primary.span.begin + static_cast<std::uint32_t>(text->size());
        diagnostic.help.push_back(quotes_help(line, plain));
    } else if (wording != nullptr) {
        diagnostic.help.emplace_back(wording->help);
    }
    return diagnostic;
}

} // namespace ducksnest::config
