#include "transcript.h"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace ducksnest::cli;

TEST_CASE("{} stands for text within a line") {
    CHECK(line_matches("took {} s", "took 12 s"));
    CHECK(line_matches("{}", ""));
    CHECK(line_matches("a{}b{}c", "a1b2b3c"));
    CHECK_FALSE(line_matches("took {} s", "took 12 m"));
    CHECK_FALSE(line_matches("a", "ab"));
}

TEST_CASE("… stands for any number of lines") {
    CHECK(matches({"…"}, {}));
    CHECK(matches({"…"}, {"a", "b"}));
    CHECK(matches({"a", "…", "d"}, {"a", "b", "c", "d"}));
    CHECK(matches({"…", "b", "…"}, {"a", "b"}));
    CHECK_FALSE(matches({"…", "x", "…"}, {"a", "b"}));
    CHECK_FALSE(matches({}, {"a"}));
    CHECK_FALSE(matches({"a"}, {}));
}

TEST_CASE("a transcript is read into steps") {
    const auto steps = parse_transcript(
        "# words\nfile a/b.toml\n| x = 1\n|\n\n$ run me\n< yes\n> out\n! err\nexit 3\n"
        "tty$ look\njson x/1\n"
    );
    REQUIRE(steps.size() == 3);
    CHECK(std::get<WriteFile>(steps[0]).text == "x = 1\n\n");
    const auto& run = std::get<RunCommand>(steps[1]);
    CHECK(run.command == "run me");
    CHECK(run.input == "yes\n");
    CHECK(run.expected_out == std::vector<std::string>{"out"});
    CHECK(run.expected_err == std::vector<std::string>{"err"});
    CHECK(run.exit == 3);
    CHECK(std::get<RunCommand>(steps[2]).on_terminal);
    CHECK(std::get<RunCommand>(steps[2]).json_schema == "x/1");
}

TEST_CASE("a line that means nothing is refused") {
    CHECK_THROWS_WITH_AS(
        parse_transcript("$ a\nwhat\n"), "line 2: cannot be read", std::runtime_error
    );
    CHECK_THROWS_WITH_AS(
        parse_transcript("> a\n"), "line 1: nothing to which this belongs", std::runtime_error
    );
}
