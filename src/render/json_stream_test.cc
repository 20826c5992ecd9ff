#include "render/json_stream.h"

#include <doctest/doctest.h>

#include <optional>

namespace ducksnest::render {
namespace {

TEST_CASE("json stream: the same bytes as a Json printed prettily") {
    const Json json = Json::object(
        {{"array", Json::array({1, "two", nullptr, true, Json::array({}), Json::object({})})},
         {"empty", Json::object({})},
         {"nested", Json::object({{"a", Json::object({{"b", -7}})}})},
         {"text", "quote \" backslash \\ line \n tab \t bell \x07 오리"}}
    );
    std::string out;
    JsonStream stream(out);
    stream.value(json);
    CHECK(out == json.dump_pretty());
}

TEST_CASE("json stream: members by hand") {
    std::string out;
    JsonStream json(out);
    json.begin_object();
    json.leading_member("schema", "x/1");
    json.member("a", std::vector<std::string>{"1", "2"});
    json.optional_member("b", std::optional<std::string>());
    json.optional_member("c", std::optional<std::string>("set"));
    json.member("d", std::int64_t{-9'000'000'000});
    json.end_object();
    CHECK(
        out ==
        "{\n  \"schema\": \"x/1\",\n  \"a\": [\n    \"1\",\n    \"2\"\n  ],\n  \"b\": null,\n"
        "  \"c\": \"set\",\n  \"d\": -9000000000\n}\n"
    );
}

} // namespace
} // namespace ducksnest::render
