#include "render/tree.h"

#include <doctest/doctest.h>

namespace ducksnest::render {
namespace {

TreeFile file(std::string_view text) {
    return {.bytes = ducksnest::to_bytes(text)};
}

TEST_CASE("tree: what is the same is not stale, whatever else lies around") {
    const Tree wanted{{"a", file("1\n")}};
    const Tree found{{"a", file("1\n")}, {"homelab.toml", file("x")}};
    CHECK(stale_files(wanted, found).empty());
}

TEST_CASE("tree: a stale file is told with its first line that differs") {
    const Tree wanted{{"a", file("1\n2\n3\n")}, {"b", file("x\n")}, {"c", file("long\nmore\n")}};
    const Tree found{{"a", file("1\ntwo\n3\n")}, {"c", file("long\n")}};
    CHECK(
        stale_files(wanted, found) ==
        std::vector<StaleFile>{
            {.path = "a", .is_missing = false, .line = 2, .found = "two", .wanted = "2"},
            {.path = "b", .is_missing = true},
            {.path = "c", .is_missing = false, .line = 2, .found = "", .wanted = "more"},
        }
    );
}

} // namespace
} // namespace ducksnest::render
