#include "terraform/first_boot_ground.h"

#include <doctest/doctest.h>

using namespace ducksnest::testing;

TEST_CASE("first boot: a machine that loses power at any call goes on at its next boot") {
    const FirstBootGround whole;
    REQUIRE(whole.boot().exit == 0);
    const int steps = whole.call_count();
    REQUIRE(steps > 10);
    for (int step = 1; step <= steps; ++step) {
        CAPTURE(step);
        const FirstBootGround ground;
        CHECK(ground.boot(step).exit != 0);
        CHECK_FALSE(ground.exists("root/var/lib/ducksnest/first-boot"));
        const Boot next = ground.boot();
        INFO(next.log);
        CHECK(next.exit == 0);
        check_booted(ground);
    }
}
