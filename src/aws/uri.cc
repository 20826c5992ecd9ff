#include "aws/uri.h"

#include "base/text.h"

#include <algorithm>

namespace ducksnest::aws {
namespace {

bool is_unreserved(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') ||
           std::string_view("-._~").find(letter) != std::string_view::npos;
}

int digit_of(char letter) {
    if (letter >= '0' && letter <= '9') {
        return letter - '0';
    }
    const char lower = static_cast<char>(letter | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Result<Query> parse_query(std::string_view text) {
    Query query;
    if (text.empty()) {
        return query;
    }
    for (const std::string_view part : split(text, '&')) {
        const std::size_t equals = std::min(part.find('='), part.size());
        const std::string_view value = part.substr(std::min(equals + 1, part.size()));
        query.emplace_back(TRY(percent_decode(part.substr(0, equals))), TRY(percent_decode(value)));
    }
    return query;
}

} // namespace

std::string percent_encode(std::string_view text, Slashes slashes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char letter : text) {
        if (is_unreserved(letter) || (letter == '/' && slashes == Slashes::keep)) {
            out += letter;
            continue;
        }
        const auto byte = static_cast<unsigned char>(letter);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 0xFU];
    }
    return out;
}

Result<std::string> percent_decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? digit_of(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return fail(
                ErrorCode::invalid,
                "`" + std::string(text) + "` has a `%` without two hexadecimal digits"
            );
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::string canonical_query(const Query& query) {
    std::vector<std::pair<std::string, std::string>> encoded;
    encoded.reserve(query.size());
    for (const auto& [name, value] : query) {
        encoded.emplace_back(percent_encode(name), percent_encode(value));
    }
    std::ranges::sort(encoded);
    std::string out;
    for (const auto& [name, value] : encoded) {
        out += (out.empty() ? "" : "&") + name + "=" + value;
    }
    return out;
}

Result<Url> parse_url(std::string_view text) {
    const auto refuse = [&](std::string_view why) {
        return fail(ErrorCode::invalid, "URL `" + std::string(text) + "` " + std::string(why));
    };
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos || colon == 0) {
        return refuse("does not begin with a scheme");
    }
    Url url = {.scheme = std::string(text.substr(0, colon))};
    std::string_view rest = text.substr(colon + 3);
    if (rest.find('#') != std::string_view::npos) {
        return refuse("has a fragment");
    }
    const std::size_t question = std::min(rest.find('?'), rest.size());
    url.query = TRY(parse_query(rest.substr(std::min(question + 1, rest.size()))));
    rest = rest.substr(0, question);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    url.host = rest.substr(0, slash);
    url.path = rest.substr(slash);
    if (url.host.find('@') != std::string::npos) {
        return refuse("has a user name");
    }
    return url;
}

} // namespace ducksnest::aws
