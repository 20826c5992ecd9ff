#include "net/address.h"

#include <doctest/doctest.h>

#include <string>

using namespace ducksnest;
using namespace ducksnest::net;

TEST_CASE("addresses read and print in their canonical form") {
    for (const char* text :
         {"0.0.0.0", "192.168.0.15", "255.255.255.255", "::", "::1", "2001:db8::1", "fe80::1:0:0:2"
         }) {
        CHECK(to_string(parse_address(text).value()) == text);
    }
    CHECK(to_string(parse_address("2001:DB8:0:0:0:0:0:1").value()) == "2001:db8::1");
    CHECK(to_string(parse_address("::ffff:1.2.3.4").value()) == "::ffff:102:304");
    for (const char* bad :
         {"",
          "1.2.3",
          "1.2.3.256",
          "01.2.3.4",
          "1.2.3.4.5",
          ":::",
          "1::2::3",
          "12345::",
          "1:2:3:4:5:6:7:8:9"}) {
        CHECK_MESSAGE(!parse_address(bad).has_value(), bad);
    }
}

TEST_CASE("a network refuses host bits and says which network was meant") {
    CHECK(to_string(parse_cidr("10.244.0.0/16").value()) == "10.244.0.0/16");
    const Error error = parse_cidr("10.0.0.1/24").error();
    CHECK(error.message == "`10.0.0.1/24` has host bits set");
    CHECK(error.help == "did you mean `10.0.0.0/24`?");
    for (const char* bad : {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "x/8", "10.0.0.0/-1"}) {
        CHECK_MESSAGE(!parse_cidr(bad).has_value(), bad);
    }
}

TEST_CASE("networks know what they contain and overlap") {
    const Cidr services = parse_cidr("10.96.0.0/12").value();
    const Cidr pods = parse_cidr("10.244.0.0/16").value();
    CHECK(services.contains(parse_address("10.111.255.255").value()));
    CHECK(!services.contains(parse_address("10.112.0.0").value()));
    CHECK(!services.overlaps(pods));
    CHECK(parse_cidr("10.0.0.0/8").value().overlaps(pods));
    CHECK(pods.overlaps(parse_cidr("10.0.0.0/8").value()));
    CHECK(!services.contains(parse_address("::1").value()));
    CHECK(services.size() == 1U << 20U);
    CHECK(to_string(services.at(10)) == "10.96.0.10");
}
