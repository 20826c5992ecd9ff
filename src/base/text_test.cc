#include "base/text.h"

#include <doctest/doctest.h>

using namespace ducksnest;

TEST_CASE("edit distance counts a swap of neighbours once") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("firebat", "firebat") == 0);
    CHECK(edit_distance("firbeat", "firebat") == 1);
    CHECK(edit_distance("ultra", "utra") == 1);
    CHECK(edit_distance("old", "gold!") == 2);
}

TEST_CASE("closest suggests likely typos only") {
    const std::string names[] = {"firebat", "ultra", "old"};
    CHECK(closest("fierbat", names) == "firebat");
    CHECK(closest("ultar", names) == "ultra");
    CHECK(closest("xyz", names) == std::nullopt);
    CHECK(closest("a", names) == std::nullopt);
}

TEST_CASE("split and join undo each other") {
    CHECK(split("a,,b", ',').size() == 3);
    CHECK(split("", ',').size() == 1);
    const std::string parts[] = {"", "a", "b"};
    CHECK(join(parts, ",") == ",a,b");
    CHECK(count_of(1, "node") == "1 node");
    CHECK(count_of(2, "node") == "2 nodes");
}
