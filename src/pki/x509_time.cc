#include "pki/x509_time.h"

#include <string>

namespace ducksnest::pki {

namespace {

constexpr int first_generalized_year = 2050;

std::string digits(int value, std::size_t count) {
    std::string text(count, '0');
    for (std::size_t at = count; at > 0; --at) {
        text[at - 1] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return text;
}

} // namespace

void write_time(der::Writer& out, Instant time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    const int year = static_cast<int>(date.year());
    const bool is_generalized = year >= first_generalized_year;
    const std::string text = (is_generalized ? digits(year, 4) : digits(year % 100, 2)) +
                             digits(static_cast<int>(static_cast<unsigned>(date.month())), 2) +
                             digits(static_cast<int>(static_cast<unsigned>(date.day())), 2) +
                             digits(static_cast<int>(clock.hours().count()), 2) +
                             digits(static_cast<int>(clock.minutes().count()), 2) +
                             digits(static_cast<int>(clock.seconds().count()), 2) + "Z";
    out.value(is_generalized ? der::Tag::generalized_time : der::Tag::utc_time, as_bytes(text));
}

Result<Instant> read_time(der::Reader& in) {
    const auto corrupt = [](std::string_view why) {
        return fail(ErrorCode::corrupt, "a date " + std::string(why));
    };
    const der::Element element = TRY(in.next());
    const bool is_generalized = element.tag == der::Tag::generalized_time;
    if (!is_generalized && element.tag != der::Tag::utc_time) {
        return corrupt("is missing or of another type");
    }
    const std::size_t year_size = is_generalized ? 4 : 2;
    const std::string_view text = as_text(element.content);
    if (text.size() != year_size + 11 || text.back() != 'Z') {
        return corrupt("has another form than YYMMDDHHMMSSZ");
    }
    for (const char letter : text.substr(0, text.size() - 1)) {
        if (letter < '0' || letter > '9') {
            return corrupt("has a letter that is no digit");
        }
    }
    std::size_t at = 0;
    const auto number = [&](std::size_t count) {
        int value = 0;
        for (std::size_t end = at + count; at < end; ++at) {
            value = value * 10 + (text[at] - '0');
        }
        return value;
    };
    int year = number(year_size);
    if (!is_generalized) {
        year += year >= 50 ? 1900 : 2000;
    }
    const auto month = static_cast<unsigned>(number(2));
    const auto day = static_cast<unsigned>(number(2));
    const std::chrono::year_month_day date{
        std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)
    };
    const int hour = number(2);
    const int minute = number(2);
    const int second = number(2);
    const bool has_right_form = is_generalized == (year >= first_generalized_year);
    if (!date.ok() || hour > 23 || minute > 59 || second > 59 || !has_right_form) {
        return corrupt("does not exist or has the form of another century");
    }
    return Instant(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
           std::chrono::minutes(minute) + std::chrono::seconds(second);
}

} // namespace ducksnest::pki
