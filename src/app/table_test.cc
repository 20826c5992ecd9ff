#include "app/table.h"

#include <doctest/doctest.h>

using namespace ducksnest::app;

TEST_CASE("columns line up, numbers to the right, no trailing spaces") {
    Table table({{.title = "node"}, {.title = "pods", .align = Align::right}, {.title = "note"}});
    table.add({{.text = "firebat"}, {.text = "12"}, {.text = ""}});
    table.add({{.text = "old"}, {.text = "3"}, {.text = "small"}});
    CHECK(
        table.render({}) == "node     pods  note\n"
                            "firebat    12\n"
                            "old         3  small\n"
    );
}

TEST_CASE("Korean text takes two columns a letter") {
    Table table({{.title = "이름"}, {.title = "x"}});
    table.add({{.text = "오리"}, {.text = "1"}});
    table.add({{.text = "nest"}, {.text = "2"}});
    CHECK(table.render({}) == "이름  x\n오리  1\nnest  2\n");
}

TEST_CASE("the widest text column is clipped until the line fits") {
    Table table({{.title = "name"}, {.title = "why"}});
    table.add({{.text = "a"}, {.text = "because it was a long story to tell"}});
    CHECK(table.render({.width = 20}) == "name  why\na     because it wa…\n");
}

TEST_CASE("colour does not shift the columns") {
    Table table({{.title = "a"}, {.title = "b"}});
    table.add({{.text = "x", .tone = Tone::good}, {.text = "y"}});
    CHECK(
        table.render({.colour = true}) == "\033[2ma\033[0m  \033[2mb\033[0m\n\033[32mx\033[0m  y\n"
    );
}
