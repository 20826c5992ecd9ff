#include "age/armor.h"

#include "base/encoding.h"

#include <cstddef>
#include <string_view>

namespace ducksnest::age {
namespace {

constexpr std::string_view begin_line = "-----BEGIN AGE ENCRYPTED FILE-----";
constexpr std::string_view end_line = "-----END AGE ENCRYPTED FILE-----";
constexpr std::string_view white_space = " \t\r\n\v\f";
constexpr std::size_t white_space_max = 1024;
constexpr std::size_t columns = 64;
constexpr std::size_t full_line_size = columns / 4 * 3;

std::size_t leading_white_space(std::string_view text) {
    const std::size_t start = text.find_first_not_of(white_space);
    return start == std::string_view::npos ? text.size() : start;
}

/// Cuts the next line off the text, without its LF or CRLF.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

Result<Bytes> broken(std::string message) {
    return fail(ErrorCode::corrupt, std::move(message));
}

} // namespace

bool is_armored(ByteView file) {
    const std::string_view text = as_text(file);
    return text.substr(leading_white_space(text)).starts_with("-----BEGIN");
}

Result<Bytes> decode_armor(ByteView file) {
    std::string_view text = as_text(file);
    const std::size_t skipped = leading_white_space(text);
    if (skipped > white_space_max) {
        return broken("there is too much white space before the armor");
    }
    text.remove_prefix(skipped);
    // White space on the line of the mark itself is not "before" the block.
    if (skipped > 0 && file[skipped - 1] != '\n') {
        return broken("the armor does not start with `" + std::string(begin_line) + "`");
    }
    if (take_line(text) != begin_line) {
        return broken("the armor does not start with `" + std::string(begin_line) + "`");
    }
    Bytes bytes;
    bytes.reserve(text.size() / 4 * 3);
    bool is_complete = false;
    while (true) {
        if (text.empty()) {
            return broken("the armor was cut off: it has no end line");
        }
        const std::string_view line = take_line(text);
        if (line == end_line) {
            break;
        }
        const Result<Bytes> decoded = decode_base64(line);
        if (is_complete || line.empty() || line.size() > columns || !decoded) {
            return broken("a line of the armor is malformed");
        }
        append(bytes, *decoded);
        is_complete = decoded->size() < full_line_size;
    }
    if (leading_white_space(text) != text.size()) {
        return broken("there is more after the armor");
    }
    if (text.size() >= white_space_max) {
        return broken("there is too much white space after the armor");
    }
    return bytes;
}

} // namespace ducksnest::age
