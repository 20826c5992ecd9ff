#include "manifests/placeholders.h"
#include "manifests/yaml.h"
#include "manifests/yaml_scalar.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::manifests {
namespace {

/// The documents as JSON, or the diagnostics as the user sees them.
std::string read(std::string text) {
    diag::Sources sources;
    std::vector<diag::Diagnostic> diagnostics;
    const std::uint32_t file = sources.add("a.yaml", std::move(text));
    const Values values;
    std::string out;
    for (const YamlNode& document : parse_yaml(sources, file, diagnostics)) {
        out += fill(document, {.sources = sources, .values = values, .diagnostics = diagnostics})
                   .dump();
        out += '\n';
    }
    return diagnostics.empty() ? out : diag::render(diagnostics.front(), sources);
}

} // namespace

TEST_CASE("plain scalars mean what every reader of YAML takes them for") {
    CHECK(resolve_plain("").value == Json());
    CHECK(resolve_plain("~").value == Json());
    CHECK(resolve_plain("null").value == Json());
    CHECK(resolve_plain("true").value == Json(true));
    CHECK(resolve_plain("False").value == Json(false));
    CHECK(resolve_plain("0").value == Json(0));
    CHECK(resolve_plain("-7").value == Json(-7));
    CHECK(resolve_plain("+7").value == Json(7));
    CHECK(resolve_plain("9223372036854775807").value == Json(std::int64_t{9223372036854775807}));
    for (const std::string_view text : {"v1",       "10.244.0.0/16",
                                        "10.0.0.1", "1.10.2",
                                        "8080/tcp", "0xfg",
                                        "1e",       "e3",
                                        "-",        "=",
                                        ".",        "a:1",
                                        "1:",       ":1",
                                        "12:60",    "fe80::1",
                                        "2026-1",   "100m",
                                        "64Mi",     "all()",
                                        "tRUE",     "yEs",
                                        "1d6d5e52", "--flag=1",
                                        "_1",       "nan"}) {
        CAPTURE(text);
        CHECK(resolve_plain(text).mistake == "");
        CHECK(resolve_plain(text).value == Json(text));
    }
    CHECK(resolve_plain("20260131").value == Json(20260131));
}

TEST_CASE("plain scalars that readers disagree about ask for quotes") {
    const std::string boolean = "is a boolean to some readers of YAML and a string to others";
    for (const std::string_view text : {"yes", "No", "ON", "off", "y", "N"}) {
        CAPTURE(text);
        CHECK(resolve_plain(text).mistake == "`" + std::string(text) + "` " + boolean);
    }
    const std::string number = "is a different number to different readers of YAML";
    for (const std::string_view text : {"012", "00", "-01", "0o14", "0x1F", "0b11", "1_000"}) {
        CAPTURE(text);
        CHECK(resolve_plain(text).mistake == "`" + std::string(text) + "` " + number);
    }
    for (const std::string_view text :
         {"1.5", "1.10", "1e3", "1E-3", ".5", "1.", "-.inf", ".NaN", "1_0.5"}) {
        CAPTURE(text);
        CHECK(resolve_plain(text).mistake == "`" + std::string(text) + "` is no integer");
    }
    CHECK(
        resolve_plain("12:30").mistake == "`12:30` is a number in base 60 to some readers of YAML"
    );
    CHECK(resolve_plain("1:30:59.5").mistake.empty() == false);
    CHECK(
        resolve_plain("2026-01-31").mistake ==
        "`2026-01-31` is a date to some readers of YAML and a string to others"
    );
    CHECK(resolve_plain("2026-01-31T10:00:00Z").mistake.empty() == false);
    CHECK(
        resolve_plain("9223372036854775808").mistake ==
        "`9223372036854775808` does not fit in 64 bits"
    );
    CHECK(resolve_plain("yes").help == "quote it: \"yes\"");
}

TEST_CASE("quoted and block scalars stay strings") {
    CHECK(
        read("a: \"012\"\nb: 'yes'\nc: \"\"\nd: |\n  true\n") ==
        "{\"a\":\"012\",\"b\":\"yes\",\"c\":\"\",\"d\":\"true\\n\"}\n"
    );
    CHECK(read("a: >-\n  two\n  words\n") == "{\"a\":\"two words\"}\n");
}

TEST_CASE("documents are split, empty ones left out") {
    CHECK(
        read("# only a comment\n---\na: 1\n---\n# nothing\n---\n- x\n- [1, {k: z}]\n...\n") ==
        "{\"a\":1}\n[\"x\",[1,{\"k\":\"z\"}]]\n"
    );
    CHECK(read("") == "");
    CHECK(read("---\n") == "");
}

TEST_CASE("broken YAML names its place") {
    CHECK(
        read("a: [1, 2\nb: 3\n") ==
        "error[E0801]: this is not YAML: did not find expected ',' or ']'\n"
        "  --> a.yaml:2:2\n"
        "   |\n"
        " 2 | b: 3\n"
        "   |  ^\n"
        "   |\n"
        "note: while parsing a flow sequence\n"
        "  --> a.yaml:1:4\n"
        "   |\n"
        " 1 | a: [1, 2\n"
        "   |    ^\n"
    );
    CHECK(read("a:\n\t- 1\n")
              .starts_with(
                  "error[E0801]: this is not YAML: found character that cannot start any token\n"
              ));
    CHECK(read("a: \"caf\xc3\"\n").starts_with("error[E0801]: this is not YAML: "));
}

TEST_CASE("what manifests do not need is refused") {
    CHECK(
        read("a: &x 1\nb: *x\n") ==
        "error[E0802]: an anchor is not allowed in a manifest\n"
        "  --> a.yaml:1:4\n"
        "   |\n"
        " 1 | a: &x 1\n"
        "   |    ^^^^\n"
        "   = help: write the value out: aliases and anchors are not read\n"
    );
    CHECK(read("a: *x\n").starts_with("error[E0802]: an alias is not allowed in a manifest\n"));
    CHECK(read("a: !!str 1\n").starts_with("error[E0802]: a tag is not allowed in a manifest\n"));
    CHECK(read("a: !x [1]\n").starts_with("error[E0802]: an anchor or tag is not allowed"));
    CHECK(read("<<: {a: 1}\n").starts_with("error[E0802]: a merge key is not allowed"));
    CHECK(read("? [a]\n: 1\n").starts_with("error[E0802]: a key that is no string is not allowed"));
    CHECK(read("on: 1\n").starts_with("error[E0802]: `on` is a boolean to some readers of YAML"));
    CHECK(read("80: 1\n").starts_with("error[E0802]: the key `80` is no string\n"));
    const std::string deep = std::string(300, '[') + std::string(300, ']');
    CHECK(read(deep).starts_with("error[E0802]: nesting deeper than 200 levels is not allowed"));
}

TEST_CASE("a key given twice names both places") {
    CHECK(
        read("a: 1\nb: 2\na: 3\n") ==
        "error[E0802]: the key `a` stands twice in one mapping\n"
        "  --> a.yaml:3:1\n"
        "   |\n"
        " 3 | a: 3\n"
        "   | ^ again here\n"
        "   |\n"
        "note: first here\n"
        "  --> a.yaml:1:1\n"
        "   |\n"
        " 1 | a: 1\n"
        "   | ^\n"
        "   = help: keep one of them: readers differ on which one wins\n"
    );
}

} // namespace ducksnest::manifests
