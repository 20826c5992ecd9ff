#include "model/names.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace ducksnest::model {
namespace {

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_lower_or_digit(char c) {
    return is_lower(c) || is_digit(c);
}

bool is_word(char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-';
}

/// Lower-case words joined by single separators, as in "library/nginx".
bool is_image_path(std::string_view path) {
    for (const std::string_view part : split(path, '/')) {
        const bool good = !part.empty() && is_lower_or_digit(part.front()) &&
                          is_lower_or_digit(part.back()) && std::ranges::all_of(part, [](char c) {
                              return is_lower_or_digit(c) || c == '.' || c == '_' || c == '-';
                          });
        if (!good) {
            return false;
        }
    }
    return true;
}

bool is_digest(std::string_view text) {
    constexpr std::string_view algorithm = "sha256:";
    return text.starts_with(algorithm) && text.size() == algorithm.size() + 64 &&
           std::ranges::all_of(text.substr(algorithm.size()), [](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'f');
           });
}

} // namespace

bool is_dns_label(std::string_view text) {
    return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
           std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_dns_name(std::string_view text) {
    return text.size() <= 253 && std::ranges::all_of(split(text, '.'), is_dns_label);
}

bool is_standby_name(std::string_view text) {
    constexpr std::string_view prefix = "standby-";
    return text.starts_with(prefix) && text.size() > prefix.size() &&
           std::ranges::all_of(text.substr(prefix.size()), is_digit);
}

bool is_timezone(std::string_view text) {
    constexpr std::array<std::string_view, 11> areas = {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
        "Etc",
    };
    if (text == "UTC") {
        return true;
    }
    const std::vector<std::string_view> parts = split(text, '/');
    const auto is_place = [](std::string_view part) {
        return !part.empty() &&
               std::ranges::all_of(part, [](char c) { return is_word(c) || c == '+'; });
    };
    return parts.size() >= 2 && parts.size() <= 3 &&
           std::ranges::find(areas, parts[0]) != areas.end() &&
           std::all_of(parts.begin() + 1, parts.end(), is_place);
}

bool is_bucket_name(std::string_view text) {
    return text.size() >= 3 && is_dns_label(text) && !text.starts_with("xn--") &&
           !text.starts_with("sthree-") && !text.ends_with("-s3alias") &&
           !text.ends_with("--ol-s3");
}

bool is_image(std::string_view text) {
    const std::size_t at = text.find('@');
    if (at != std::string_view::npos && !is_digest(text.substr(at + 1))) {
        return false;
    }
    text = text.substr(0, at);
    const std::size_t slash = text.rfind('/');
    const std::size_t colon = text.rfind(':');
    if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
        const std::string_view tag = text.substr(colon + 1);
        const bool good = !tag.empty() && tag.size() <= 128 && std::ranges::all_of(tag, is_word) &&
                          tag.front() != '.' && tag.front() != '-';
        if (!good) {
            return false;
        }
        text = text.substr(0, colon);
    }
    // A registry may have a port: "localhost:5000/image".
    const std::size_t first = text.find('/');
    const std::size_t port = text.substr(0, first).find(':');
    if (port != std::string_view::npos) {
        const std::string_view digits = text.substr(port + 1, first - port - 1);
        return first != std::string_view::npos && !digits.empty() &&
               std::ranges::all_of(digits, is_digit) && is_dns_name(text.substr(0, port)) &&
               is_image_path(text.substr(first + 1));
    }
    return is_image_path(text);
}

bool is_git_url(std::string_view text) {
    const auto clean = [](std::string_view part) {
        return !part.empty() && part.find_first_of(" \t?#") == std::string_view::npos;
    };
    for (const std::string_view scheme : {"https://", "ssh://"}) {
        if (text.starts_with(scheme)) {
            const std::string_view rest = text.substr(scheme.size());
            const std::size_t slash = rest.find('/');
            return slash != std::string_view::npos && clean(rest.substr(0, slash)) &&
                   clean(rest.substr(slash + 1));
        }
    }
    const std::size_t at = text.find('@');
    const std::size_t colon = text.find(':');
    return at != std::string_view::npos && colon != std::string_view::npos && at > 0 &&
           colon > at + 1 && clean(text) && clean(text.substr(colon + 1)) &&
           !text.substr(colon).starts_with("://");
}

} // namespace ducksnest::model
