#include "config/text_check.h"

#include "diag/display.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::config {
namespace {

constexpr std::size_t bytes_max = std::size_t{16} << 20U;
constexpr std::size_t key_dots_max = 16;

diag::Span span_at(std::uint32_t file, std::size_t begin, std::size_t size) {
    const auto offset = static_cast<std::uint32_t>(begin);
    return {.file = file, .begin = offset, .end = offset + static_cast<std::uint32_t>(size)};
}

std::string name_of_byte(unsigned char byte) {
    return byte == 0 ? "a NUL byte" : fmt::format("a control character (0x{:02x})", byte);
}

/// TOML 1.0: UTF-8; of the control characters only tab, line feed, and carriage return before it.
std::optional<diag::Diagnostic> check_bytes(std::string_view text, std::uint32_t file) {
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const bool control = (byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7F;
        const bool ends_line = byte == '\r' && text.substr(at + 1).starts_with('\n');
        if (control && !ends_line) {
            return diag::Diagnostic{
                .code = "E0112",
                .message = fmt::format("the file contains {}", name_of_byte(byte)),
                .primary = {span_at(file, at, 1), "not allowed in TOML"},
                .help =
                    {byte == 0 ? "save the file as UTF-8 text; UTF-16 is full of NUL bytes"
                               : "delete it, or write it as an escape like `\\u001b` in a string"},
            };
        }
        if (byte < 0x80) {
            ++at;
            continue;
        }
        const std::size_t size = diag::utf8_size(text, at);
        if (size == 0) {
            return diag::Diagnostic{
                .code = "E0112",
                .message =
                    fmt::format("the file is not UTF-8: byte 0x{:02x} starts no character", byte),
                .primary = {span_at(file, at, 1), "not UTF-8"},
                .help = {"save the file as UTF-8"},
            };
        }
        at += size;
    }
    return std::nullopt;
}

/// Steps over a string; what it looks like inside is the parser's business.
std::size_t after_string(std::string_view text, std::size_t at) {
    const char quote = text[at];
    const std::string fence(3, quote);
    const bool many_lines = text.substr(at).starts_with(fence);
    for (at += many_lines ? 3 : 1; at < text.size(); ++at) {
        if (text[at] == '\\' && quote == '"') {
            ++at;
        } else if (many_lines ? text.substr(at).starts_with(fence)
                              : text[at] == quote || text[at] == '\n') {
            return at + (many_lines ? 3 : 1);
        }
    }
    return text.size();
}

bool is_key_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == ' ' || c == '\t';
}

/// Calls `visit(offset)` for every byte that stands in no string and no comment, until it says
/// stop.
void walk_outside(std::string_view text, auto&& visit) {
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '#') {
            at = std::min(text.find('\n', at), text.size());
        } else if (text[at] == '"' || text[at] == '\'') {
            at = after_string(text, at);
        } else if (!visit(at)) {
            return;
        } else {
            ++at;
        }
    }
}

/// Every dot of a key is a table inside a table, which parsers build and free by recursion.
std::optional<diag::Diagnostic> check_depth(std::string_view text, std::uint32_t file) {
    std::size_t dots = 0;
    std::optional<std::size_t> found;
    walk_outside(text, [&](std::size_t at) {
        dots = text[at] == '.' ? dots + 1 : is_key_character(text[at]) ? dots : 0;
        found = dots > key_dots_max ? std::optional(at) : std::nullopt;
        return !found;
    });
    if (!found) {
        return std::nullopt;
    }
    return diag::Diagnostic{
        .code = "E0113",
        .message = fmt::format("a key has more than {} dots", key_dots_max),
        .primary = {span_at(file, *found, 1), "too deep"},
        .help = {"no key of homelab.toml has more than two"},
    };
}

} // namespace

std::optional<diag::Diagnostic> check_text(std::string_view text, std::uint32_t file_index) {
    if (text.size() > bytes_max) {
        return diag::Diagnostic{
            .code = "E0113",
            .message = fmt::format(
                "the file has {} MiB, more than the 16 MiB read at most", text.size() >> 20U
            ),
            .primary = {span_at(file_index, 0, 0), ""},
            .help = {"is this the right file?"},
        };
    }
    if (std::optional<diag::Diagnostic> wrong = check_bytes(text, file_index)) {
        return wrong;
    }
    return check_depth(text, file_index);
}

std::optional<std::size_t> find_foreign(std::string_view text) {
    std::optional<std::size_t> found;
    walk_outside(text, [&](std::size_t at) {
        found =
            (static_cast<unsigned char>(text[at]) & 0x80U) != 0 ? std::optional(at) : std::nullopt;
        return !found;
    });
    return found;
}

} // namespace ducksnest::config
