#include "base/time.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace std::chrono_literals;

TEST_CASE("RFC 3339 goes both ways, over leap days and the epoch") {
    for (const char* text :
         {"1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "2026-11-21T09:30:00Z"}) {
        CHECK(format_time(parse_time(text).value()) == text);
    }
    CHECK(!parse_time("2026-02-29T00:00:00Z").has_value());
    CHECK(!parse_time("2026-01-01T24:00:00Z").has_value());
    CHECK(!parse_time("2026-01-01 00:00:00Z").has_value());
    CHECK(!parse_time("2026-01-01T00:00:00+09:00").has_value());
}

TEST_CASE("durations go both ways") {
    CHECK(parse_duration("90s").value() == 90s);
    CHECK(parse_duration("1d12h").value() == 36h);
    CHECK(parse_duration("250ms").value() == 250ms);
    CHECK(format_duration(90s) == "1m30s");
    CHECK(format_duration(36h) == "1d12h");
    CHECK(format_duration(Duration(0)) == "0s");
    for (const char* bad : {"", "10", "m", "-5s", "5s1m", "1.5h", "1h 2m", "99999999999999d"}) {
        CHECK_MESSAGE(!parse_duration(bad).has_value(), bad);
    }
}
