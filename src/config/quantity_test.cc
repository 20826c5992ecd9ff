#include "config/quantity.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::config;

namespace {

std::string why(const auto& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error().message + " / " + result.error().help;
}

} // namespace

TEST_CASE("sizes are whole MiB, rounded down") {
    CHECK(*parse_memory("512MiB") == 512);
    CHECK(*parse_memory("15.4GiB") == 15769);
    CHECK(*parse_memory("1.9GiB") == 1945);
    CHECK(*parse_memory("0.5MiB") == 0);
    CHECK(*parse_memory("1.5TiB") == 1'572'864);
    CHECK(
        why(parse_memory("16GB")) ==
        "`16GB` is not a size like 512MiB or 15.4GiB / did you mean `16GiB`?"
    );
    CHECK(
        why(parse_memory("16 GiB")) ==
        "`16 GiB` is not a size like 512MiB or 15.4GiB / did you mean `16GiB`?"
    );
    CHECK(
        why(parse_memory("lots")) == "`lots` is not a size like 512MiB or 15.4GiB / write it in "
                                     "MiB, GiB or TiB, like `512MiB` or `15.4GiB`"
    );
    for (const char* text :
         {"",
          "GiB",
          ".5GiB",
          "1.GiB",
          "-1GiB",
          "1e3GiB",
          "1.2.3GiB",
          "9999999999GiB",
          "999999999TiB"}) {
        CAPTURE(text);
        const bool large = std::string_view(text) == "999999999TiB";
        CHECK(parse_memory(text).has_value() == large);
    }
}

TEST_CASE("shares of a CPU are thousandths") {
    CHECK(*parse_cpu("100m") == 100);
    CHECK(*parse_cpu("2") == 2000);
    CHECK(*parse_cpu("0.5") == 500);
    CHECK(
        why(parse_cpu("0.0005")) == "`0.0005` is not a share of a CPU like 100m or 2 / write "
                                    "thousandths of a CPU like `100m`, or whole CPUs like `2`"
    );
    for (const char* text : {"", "m", "1.5m", "-1", "100M"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_cpu(text).has_value());
    }
}

TEST_CASE("money is exact") {
    CHECK(*parse_money("0.052") == 52'000);
    CHECK(*parse_money("0.0468") == 46'800);
    CHECK(*parse_money("20") == 20'000'000);
    CHECK(*parse_money("0.000001") == 1);
    CHECK(*parse_money("999999999.999999") == 999'999'999'999'999);
    CHECK(
        why(parse_money("5e-2")) == "`5e-2` is not an amount of US dollars / write it like `20` or "
                                    "`0.052`: at most six digits after the point, no exponent"
    );
    for (const char* text : {"", "-1", "0.0000001", "inf", "nan", "1_000", "+1", "1."}) {
        CAPTURE(text);
        CHECK_FALSE(parse_money(text).has_value());
    }
}
