#include "config/quantity.h"

#include "diag/secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace ducksnest::config {
namespace {

/// A decimal number as written: 15.4 is {154, 10}. No floating point, so nothing drifts.
struct Decimal {
    std::int64_t digits = 0;
    std::int64_t scale = 1;
};

/// At most nine digits before the point and six after it: every product below fits 64 bits.
std::optional<Decimal> parse_decimal(std::string_view text) {
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction =
        point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
    if (whole.empty() || whole.size() > 9 || fraction.size() > 6 || text.ends_with('.') ||
        fraction.contains('.')) {
        return std::nullopt;
    }
    Decimal decimal;
    for (const char c : text) {
        if (c == '.') {
            continue;
        }
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        decimal.digits = decimal.digits * 10 + (c - '0');
    }
    for (std::size_t i = 0; i < fraction.size(); ++i) {
        decimal.scale *= 10;
    }
    return decimal;
}

struct Size {
    std::string_view suffix{};
    std::int64_t mebibytes = 0;
};

constexpr std::array<Size, 3> sizes = {{{"MiB", 1}, {"GiB", 1024}, {"TiB", 1024LL * 1024}}};

/// "16GB", "16Gi" and "16 GiB" are near enough to say what was meant.
std::string meant_size(std::string_view text) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
    const std::size_t unit = text.find_first_of("kKmMgGtT", end);
    if (end == 0 || unit == std::string_view::npos || text[unit] == 'k' || text[unit] == 'K') {
        return "write it in MiB, GiB or TiB, like `512MiB` or `15.4GiB`";
    }
    const char letter = static_cast<char>(text[unit] >= 'a' ? text[unit] - 'a' + 'A' : text[unit]);
    return fmt::format("did you mean `{}{}iB`?", text.substr(0, end), letter);
}

} // namespace

Result<model::Mebibytes> parse_memory(std::string_view text) {
    for (const Size& size : sizes) {
        if (text.ends_with(size.suffix)) {
            const std::optional<Decimal> number =
                parse_decimal(text.substr(0, text.size() - size.suffix.size()));
            if (number && number->digits < std::int64_t{1} << 40U) {
                return number->digits * size.mebibytes / number->scale;
            }
        }
    }
    return fail(
        ErrorCode::invalid,
        fmt::format("{} is not a size like 512MiB or 15.4GiB", diag::quoted(text)),
        meant_size(text)
    );
}

Result<std::int64_t> parse_cpu(std::string_view text) {
    const bool millis = text.ends_with('m');
    const std::optional<Decimal> number =
        parse_decimal(text.substr(0, text.size() - (millis ? 1 : 0)));
    const bool whole = number && (number->digits * (millis ? 1 : 1000)) % number->scale == 0;
    if (!whole || (millis && number->scale != 1)) {
        return fail(
            ErrorCode::invalid,
            fmt::format("{} is not a share of a CPU like 100m or 2", diag::quoted(text)),
            "write thousandths of a CPU like `100m`, or whole CPUs like `2`"
        );
    }
    return millis ? number->digits : number->digits * 1000 / number->scale;
}

Result<model::MicroUsd> parse_money(std::string_view text) {
    const std::optional<Decimal> number = parse_decimal(text);
    if (!number) {
        return fail(
            ErrorCode::invalid,
            fmt::format("{} is not an amount of US dollars", diag::quoted(text)),
            "write it like `20` or `0.052`: at most six digits after the point, no exponent"
        );
    }
    return number->digits * (1'000'000 / number->scale);
}

} // namespace ducksnest::config
