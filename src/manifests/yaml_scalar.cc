#include "manifests/yaml_scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <span>

namespace ducksnest::manifests {
namespace {

constexpr std::array<std::string_view, 5> nulls = {"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 3> trues = {"true", "True", "TRUE"};
constexpr std::array<std::string_view, 3> falses = {"false", "False", "FALSE"};
// YAML 1.1 booleans (yaml.org/type/bool.html) that YAML 1.2 reads as strings.
constexpr std::array<std::string_view, 16> old_booleans = {
    "y",
    "Y",
    "yes",
    "Yes",
    "YES",
    "on",
    "On",
    "ON",
    "n",
    "N",
    "no",
    "No",
    "NO",
    "off",
    "Off",
    "OFF",
};

bool is_among(std::span<const std::string_view> words, std::string_view text) {
    return std::ranges::find(words, text) != words.end();
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool all_of(std::string_view text, std::string_view allowed) {
    return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_decimal(std::string_view digits) {
    return std::ranges::all_of(digits, is_digit) && !digits.empty() &&
           (digits.size() == 1 || digits.front() != '0');
}

/// Octal, hexadecimal, binary, or with underscores.
bool is_odd_integer(std::string_view digits) {
    if (digits.starts_with("0x") || digits.starts_with("0X")) {
        return all_of(digits.substr(2), "0123456789abcdefABCDEF_");
    }
    if (digits.starts_with("0o") || digits.starts_with("0O")) {
        return all_of(digits.substr(2), "01234567_");
    }
    if (digits.starts_with("0b") || digits.starts_with("0B")) {
        return all_of(digits.substr(2), "01_");
    }
    return !digits.empty() && is_digit(digits.front()) && all_of(digits, "0123456789_");
}

bool is_fraction(std::string_view digits) {
    if (digits == ".inf" || digits == ".Inf" || digits == ".INF" || digits == ".nan" ||
        digits == ".NaN" || digits == ".NAN") {
        return true;
    }
    const std::size_t exponent = digits.find_first_of("eE");
    if (exponent != std::string_view::npos) {
        std::string_view power = digits.substr(exponent + 1);
        if (power.starts_with('+') || power.starts_with('-')) {
            power.remove_prefix(1);
        }
        if (!all_of(power, "0123456789")) {
            return false;
        }
    }
    const std::string_view mantissa = digits.substr(0, exponent);
    const auto points = std::ranges::count(mantissa, '.');
    return all_of(mantissa, "0123456789_.") && std::ranges::any_of(mantissa, is_digit) &&
           mantissa.front() != '_' && points <= 1 &&
           (points == 1 || exponent != std::string_view::npos);
}

/// YAML 1.1 reads "12:30" as 750.
bool is_sexagesimal(std::string_view digits) {
    std::size_t colon = digits.find(':');
    if (colon == std::string_view::npos || !all_of(digits.substr(0, colon), "0123456789_")) {
        return false;
    }
    while (colon != std::string_view::npos) {
        digits.remove_prefix(colon + 1);
        colon = digits.find(':');
        const std::string_view part = digits.substr(0, std::min(colon, digits.find('.')));
        if (part.empty() || part.size() > 2 || !std::ranges::all_of(part, is_digit) ||
            (part.size() == 2 && part.front() > '5')) {
            return false;
        }
    }
    const std::size_t point = digits.find('.');
    return point == std::string_view::npos ||
           std::ranges::all_of(digits.substr(point + 1), is_digit);
}

bool is_date(std::string_view text) {
    if (text.size() < 8 || !std::ranges::all_of(text.substr(0, 4), is_digit) || text[4] != '-') {
        return false;
    }
    const std::size_t dash = text.find('-', 5);
    if (dash == std::string_view::npos || !all_of(text.substr(5, dash - 5), "0123456789")) {
        return false;
    }
    const std::string_view rest = text.substr(dash + 1);
    const std::size_t day = std::min(rest.find_first_not_of("0123456789"), rest.size());
    return day >= 1 && day <= 2 &&
           (day == rest.size() || std::string_view("Tt \t").contains(rest[day]));
}

PlainValue ask_for_quotes(std::string_view text, std::string_view mistake) {
    return {
        .value = {},
        .mistake = fmt::format("`{}` {}", text, mistake),
        .help = fmt::format("quote it: \"{}\"", text),
    };
}

PlainValue resolve_integer(std::string_view text, bool is_negative, std::string_view digits) {
    std::int64_t value = 0;
    const std::string signed_digits = fmt::format("{}{}", is_negative ? "-" : "", digits);
    const auto [end, error] =
        std::from_chars(signed_digits.data(), signed_digits.data() + signed_digits.size(), value);
    if (error != std::errc()) {
        return ask_for_quotes(text, "does not fit in 64 bits");
    }
    return {.value = value, .mistake = {}, .help = {}};
}

} // namespace

PlainValue resolve_plain(std::string_view text) {
    if (is_among(nulls, text)) {
        return {};
    }
    if (is_among(trues, text)) {
        return {.value = true, .mistake = {}, .help = {}};
    }
    if (is_among(falses, text)) {
        return {.value = false, .mistake = {}, .help = {}};
    }
    if (is_among(old_booleans, text)) {
        return ask_for_quotes(text, "is a boolean to some readers of YAML and a string to others");
    }
    const bool is_signed = text.starts_with('-') || text.starts_with('+');
    const std::string_view digits = text.substr(is_signed ? 1 : 0);
    if (is_decimal(digits)) {
        return resolve_integer(text, text.starts_with('-'), digits);
    }
    if (is_odd_integer(digits)) {
        return ask_for_quotes(text, "is a different number to different readers of YAML");
    }
    if (is_fraction(digits)) {
        return ask_for_quotes(text, "is no integer");
    }
    if (is_sexagesimal(digits)) {
        return ask_for_quotes(text, "is a number in base 60 to some readers of YAML");
    }
    if (is_date(text)) {
        return ask_for_quotes(text, "is a date to some readers of YAML and a string to others");
    }
    return {.value = text, .mistake = {}, .help = {}};
}

} // namespace ducksnest::manifests
