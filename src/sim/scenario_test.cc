#include "sim/scenario.h"
#include "sim/testing.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::sim;
using namespace std::chrono_literals;

namespace {

std::string rendered(std::string text) {
    diag::Sources sources;
    const std::uint32_t file = sources.add("bad.toml", std::move(text));
    const LoadedScenario loaded = load_scenario(sources, file, testing::four_machines());
    CHECK(loaded.scenario.has_value() == loaded.diagnostics.empty());
    return diag::render_all(loaded.diagnostics, sources);
}

} // namespace

TEST_CASE("a scenario file becomes a script, sorted by time") {
    diag::Sources sources;
    const std::uint32_t file = sources.add("good.toml", R"(why = "a test"
for = "90m"
faults = "none"
canary = "evict-at-once"
[[events]]
at = "20m"
return = "firebat"
[[events]]
at = "10m"
kill-site = "home"
)");
    const LoadedScenario loaded = load_scenario(sources, file, testing::four_machines());
    CHECK(diag::render_all(loaded.diagnostics, sources) == "");
    REQUIRE(loaded.scenario.has_value());
    CHECK(loaded.scenario->why == "a test");
    CHECK(loaded.scenario->length == 90min);
    CHECK_FALSE(loaded.scenario->draws_faults);
    CHECK(loaded.scenario->canary == Canary::evict_at_once);
    REQUIRE(loaded.scenario->script.size() == 2);
    const Blueprint blueprint = testing::four_machines();
    CHECK(describe(loaded.scenario->script[0], blueprint) == "kill-site home@10m");
    CHECK(describe(loaded.scenario->script[1], blueprint) == "return firebat@20m");
}

TEST_CASE("an empty scenario draws everything") {
    diag::Sources sources;
    const std::uint32_t file = sources.add("empty.toml", "");
    const LoadedScenario loaded = load_scenario(sources, file, testing::four_machines());
    REQUIRE(loaded.scenario.has_value());
    CHECK(loaded.scenario->draws_faults);
    CHECK(loaded.scenario->length == 6h);
}

TEST_CASE("every mistake is told at its place, with its fix") {
    CHECK(rendered(R"(fault = "none"
for = "soon"
canary = "dodo"
[[events]]
at = "10m"
kill = "firebt"
)") == R"(error: unknown key `fault`
  --> bad.toml:1:1
   |
 1 | fault = "none"
   | ^^^^^ not known here
   = help: did you mean `faults`?

error: `soon` is not a duration like 90s, 10m or 1d12h
  --> bad.toml:2:7
   |
 2 | for = "soon"
   |       ^^^^^^
   = help: write it like `for = "10m"`

error: unknown value `dodo` for `canary`
  --> bad.toml:3:10
   |
 3 | canary = "dodo"
   |          ^^^^^^ not known here
   = help: known are `none`, `ignore-taints`, `schedule-over-capacity`, `evict-at-once`, `replace-before-gone`

error: no node is called `firebt`
  --> bad.toml:6:8
   |
 6 | kill = "firebt"
   |        ^^^^^^^^
   = help: did you mean `firebat`?

error: 4 errors in `bad.toml`
)");
}

TEST_CASE("events that do nothing, two things or something at no time") {
    CHECK(rendered(R"([[events]]
at = "1m"
[[events]]
kill = "firebat"
[[events]]
at = 5
isolate = "firebat"
return = "ultra"
)") == R"(error: the event does nothing
  --> bad.toml:1:1
   |
 1 | [[events]]
   | ^^^^^^^^^^
   = help: add one of `kill`, `return`, `kill-site`, `return-site`, `isolate`, `rejoin`

error: the event has no `at`
  --> bad.toml:3:1
   |
 3 | [[events]]
   | ^^^^^^^^^^
   = help: write `at = "10m"`

error: `at` must be a string, not an integer
  --> bad.toml:6:6
   |
 6 | at = 5
   |      ^
   = help: put it in quotes

error: the event does two things
  --> bad.toml:7:1
   |
 7 | isolate = "firebat"
   | ^^^^^^^
   = help: make it two `[[events]]`

error: 4 errors in `bad.toml`
)");
}
