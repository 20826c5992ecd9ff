#include "render/template.h"

#include <doctest/doctest.h>

using namespace ducksnest::render;

TEST_CASE("placeholders say how their value is written") {
    const TemplateValues values{
        .texts = {{"name", "a \"b\""}, {"node", "nuc"}},
        .lists = {{"keys", {"one", "two"}}, {"none", {}}},
    };
    CHECK(fill_template("# @name:text@\n", values) == "# a \"b\"\n");
    CHECK(fill_template("x = @name:string@", values) == "x = \"a \\\"b\\\"\"");
    CHECK(fill_template("[nodes.@node:key@]", values) == "[nodes.nuc]");
    CHECK(fill_template("[nodes.@name:key@]", values) == "[nodes.\"a \\\"b\\\"\"]");
    CHECK(fill_template("[\n@keys:strings@\n]", values) == "[\n    \"one\",\n    \"two\",\n]");
    CHECK(fill_template("@keys:lines@.", values) == "one\ntwo.");
    CHECK(fill_template("@none:lines@.", values) == ".");
}

TEST_CASE("an @ that starts no placeholder stays") {
    CHECK(fill_template("duck@desk, a@b:c", {}) == "duck@desk, a@b:c");
    CHECK(fill_template("@", {}) == "@");
}

TEST_CASE("TOML strings escape what TOML forbids") {
    CHECK(toml_string("오리\t\\") == "\"오리\\u0009\\\\\"");
}
