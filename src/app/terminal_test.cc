#include "app/terminal.h"

#include <doctest/doctest.h>

using namespace ducksnest::app;

TEST_CASE("colour: the flag beats the environment, the environment beats the terminal") {
    const Environment plain{.no_color = {}, .term = "xterm"};
    CHECK(wants_colour(ColourChoice::automatic, plain, true));
    CHECK_FALSE(wants_colour(ColourChoice::automatic, plain, false));
    CHECK_FALSE(wants_colour(ColourChoice::automatic, {.no_color = "0", .term = "xterm"}, true));
    CHECK(wants_colour(ColourChoice::automatic, {.no_color = "", .term = "xterm"}, true));
    CHECK_FALSE(wants_colour(ColourChoice::automatic, {.no_color = {}, .term = "dumb"}, true));
    CHECK(wants_colour(ColourChoice::always, {.no_color = "1", .term = "dumb"}, false));
    CHECK_FALSE(wants_colour(ColourChoice::never, plain, true));
}

TEST_CASE("display width") {
    CHECK(display_width("") == 0);
    CHECK(display_width("duck") == 4);
    CHECK(display_width("오리") == 4);
    CHECK(display_width("e\u0301") == 1);
    CHECK(display_width("🦆") == 2);
    CHECK(display_width("\033[32mok\033[0m") == 2);
    CHECK(display_width("\xec\x98") == 2); // Cut off: one replacement character a byte.
}

TEST_CASE("clip") {
    CHECK(clip("duck", 4) == "duck");
    CHECK(clip("ducks", 4) == "duc…");
    CHECK(clip("오리집", 5) == "오리…");
    CHECK(clip("오리집", 4) == "오…");
}

TEST_CASE("wrap") {
    CHECK(wrap("one two three", 8, 0) == "one two\nthree");
    CHECK(wrap("one two three", 10, 2) == "  one two\n  three");
    CHECK(wrap("", 10, 2).empty());
}
