#include "aws/http_date.h"

#include <string>

namespace ducksnest::aws {

std::optional<Instant> parse_http_date(std::string_view text) {
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    constexpr std::size_t length = 29;
    if (text.size() != length || !text.ends_with(" GMT")) {
        return std::nullopt;
    }
    const std::size_t month = months.find(text.substr(8, 3));
    if (month == std::string_view::npos || month % 3 != 0) {
        return std::nullopt;
    }
    std::string number = std::to_string(month / 3 + 1);
    number.insert(0, 2 - number.size(), '0');
    const std::string day(text.substr(5, 2));
    const std::string year(text.substr(12, 4));
    const std::string time(text.substr(17, 8));
    const Result<Instant> parsed = parse_time(year + "-" + number + "-" + day + "T" + time + "Z");
    return parsed ? std::optional(*parsed) : std::nullopt;
}

std::optional<Instant> parse_listed_date(std::string_view text) {
    std::string seconds(text.substr(0, text.find('.')));
    if (!seconds.ends_with('Z')) {
        seconds += 'Z';
    }
    const Result<Instant> parsed = parse_time(seconds);
    return parsed ? std::optional(*parsed) : std::nullopt;
}

} // namespace ducksnest::aws
