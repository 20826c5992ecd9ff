#include "diag/secrets.h"

#include "diag/display.h"

#include <algorithm>

namespace ducksnest::diag {
namespace {

constexpr std::size_t quoted_columns_max = 60;
constexpr std::size_t token_characters_min = 12;

bool is_base64(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

bool is_word(char c) {
    return is_base64(c) || c == '-' || c == '_';
}

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool starts_with_any_case(std::string_view text, std::string_view upper_prefix) {
    return text.size() >= upper_prefix.size() &&
           std::ranges::equal(text.substr(0, upper_prefix.size()), upper_prefix, {}, upper);
}

Range range_of(std::size_t begin, std::size_t end) {
    return {.begin = static_cast<std::uint32_t>(begin), .end = static_cast<std::uint32_t>(end)};
}

/// From the end of the opening line to the closing marker; without one, to the end of the text:
/// half a pasted key is a secret too.
Range body(std::string_view text, std::size_t begin, std::string_view closing) {
    return range_of(begin, std::min(text.find(closing, begin), text.size()));
}

/// The secret that starts with the marker at `at`, if one does.
Range secret_at(std::string_view text, std::size_t at) {
    constexpr std::string_view pem = "PRIVATE KEY";
    constexpr std::string_view putty = "PUTTY-USER-KEY-FILE";
    constexpr std::string_view age = "AGE-SECRET-KEY-";
    constexpr std::string_view tailscale = "TSKEY-";
    const std::string_view rest = text.substr(at);
    if (rest.starts_with(pem)) {
        std::size_t begin = at + pem.size();
        while (begin < text.size() && begin - at < pem.size() + 16 &&
               (text[begin] == '-' || text[begin] == ' ' || upper(text[begin]) == 'B')) {
            ++begin;
        }
        // "-----BEGIN OPENSSH PRIVATE KEY-----": the words before it are few.
        const std::size_t near = at - std::min<std::size_t>(at, 32);
        const bool opening = text.substr(near, at - near).contains("BEGIN");
        return opening ? body(text, begin, "-----END") : Range{};
    }
    if (starts_with_any_case(rest, putty)) {
        return body(text, at + putty.size(), "Private-MAC");
    }
    for (const std::string_view prefix : {age, tailscale}) {
        if (starts_with_any_case(rest, prefix)) {
            const std::size_t begin = at + prefix.size();
            const std::string_view key = text.substr(begin);
            const auto end = std::ranges::find_if_not(key, is_word);
            const auto size = static_cast<std::size_t>(end - key.begin());
            // A prefix in a sentence about keys is none.
            return size >= token_characters_min ? range_of(begin, begin + size) : Range{};
        }
    }
    return {};
}

/// "name:" and 64 bytes of base64 is the secret half of a Nix signing key; the public half has 32.
Range nix_secret_at(std::string_view text, std::size_t colon) {
    constexpr std::size_t digits = 86;
    const std::string_view key = text.substr(colon + 1, digits + 2);
    const bool found = key.size() == digits + 2 && key.ends_with("==") &&
                       std::ranges::all_of(key.substr(0, digits), is_base64);
    return found ? range_of(colon + 1, colon + 1 + digits + 2) : Range{};
}

} // namespace

std::vector<Range> find_secrets(std::string_view text) {
    std::vector<Range> found;
    for (std::size_t at = text.find_first_of("PpAaTt:"); at < text.size();
         at = text.find_first_of("PpAaTt:", at + 1)) {
        const Range range = text[at] == ':' ? nix_secret_at(text, at) : secret_at(text, at);
        if (range.end > range.begin) {
            found.push_back(range);
            at = range.end - 1;
        }
    }
    return found;
}

std::string quoted(std::string_view value) {
    const std::vector<Range> secrets = find_secrets(value);
    std::string shown = "`";
    std::size_t columns = 0;
    for (std::size_t at = 0; at < value.size();) {
        const Glyph glyph = next_glyph(value, at);
        if (columns + glyph.columns > quoted_columns_max) {
            shown += "…";
            break;
        }
        const bool secret = std::ranges::any_of(secrets, [&](const Range& range) {
            return at >= range.begin && at < range.end;
        });
        shown += secret ? "*" : glyph.text;
        columns += glyph.columns;
        at += glyph.bytes;
    }
    return shown + "`";
}

} // namespace ducksnest::diag
