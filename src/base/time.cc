#include "base/time.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>

namespace ducksnest {
namespace {

struct Unit {
    std::string_view suffix{};
    std::int64_t milliseconds = 0;
};

constexpr std::array<Unit, 5> units = {{
    {.suffix = "d", .milliseconds = 86'400'000},
    {.suffix = "h", .milliseconds = 3'600'000},
    {.suffix = "m", .milliseconds = 60'000},
    {.suffix = "s", .milliseconds = 1'000},
    {.suffix = "ms", .milliseconds = 1},
}};

/// Reads exactly `width` digits at `at`; -1 when there is anything else.
int digits(std::string_view text, std::size_t at, std::size_t width) {
    int value = 0;
    for (std::size_t i = at; i < at + width; ++i) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

} // namespace

std::string format_time(Instant time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    return fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        clock.hours().count(),
        clock.minutes().count(),
        clock.seconds().count()
    );
}

Result<Instant> parse_time(std::string_view text) {
    using namespace std::chrono;
    const bool shape = text.size() == 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T' &&
                       text[13] == ':' && text[16] == ':' && text[19] == 'Z';
    if (!shape) {
        return fail(
            ErrorCode::invalid, fmt::format("`{}` is not a time like 2026-11-21T09:30:00Z", text)
        );
    }
    const int year_number = digits(text, 0, 4);
    const int month_number = digits(text, 5, 2);
    const int day_number = digits(text, 8, 2);
    const int hour = digits(text, 11, 2);
    const int minute = digits(text, 14, 2);
    const int second = digits(text, 17, 2);
    if (year_number < 0 || month_number < 0 || day_number < 0) {
        return fail(ErrorCode::invalid, fmt::format("`{}` is not a date", text));
    }
    const year_month_day date(
        year(year_number),
        month(static_cast<unsigned>(month_number)),
        day(static_cast<unsigned>(day_number))
    );
    if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 59) {
        return fail(
            ErrorCode::invalid, fmt::format("`{}` is not a date and time that exists", text)
        );
    }
    return Instant(sys_days(date)) + hours(hour) + minutes(minute) + seconds(second);
}

std::string format_duration(Duration duration) {
    std::int64_t rest = duration.count();
    std::string text = rest < 0 ? "-" : "";
    rest = rest < 0 ? -rest : rest;
    if (rest == 0) {
        return "0s";
    }
    for (const Unit& unit : units) {
        if (rest >= unit.milliseconds) {
            text += fmt::format("{}{}", rest / unit.milliseconds, unit.suffix);
            rest %= unit.milliseconds;
        }
    }
    return text;
}

Result<Duration> parse_duration(std::string_view text) {
    const std::string_view whole = text;
    const auto bad = [&] {
        return fail(
            ErrorCode::invalid, fmt::format("`{}` is not a duration like 90s, 10m or 1d12h", whole)
        );
    };
    if (text.empty()) {
        return bad();
    }
    std::int64_t total = 0;
    std::size_t next_unit = 0;
    while (!text.empty()) {
        std::int64_t count = 0;
        const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (status != std::errc() || count < 0) {
            return bad();
        }
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const std::size_t width = text.starts_with("ms") ? 2 : 1;
        const std::string_view suffix = text.substr(0, width);
        while (next_unit < units.size() && units.at(next_unit).suffix != suffix) {
            ++next_unit;
        }
        if (next_unit == units.size()) {
            return bad();
        }
        const std::int64_t unit = units.at(next_unit++).milliseconds;
        if (count > (std::numeric_limits<std::int64_t>::max() - total) / unit) {
            return bad();
        }
        total += count * unit;
        text.remove_prefix(width);
    }
    return Duration(total);
}

} // namespace ducksnest
