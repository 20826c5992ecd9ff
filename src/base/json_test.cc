#include "base/json.h"

#include <doctest/doctest.h>

using namespace ducksnest;

TEST_CASE("members print sorted, whatever order they were given in") {
    const Json json = Json::object({{"b", 1}, {"a", Json::array({true, nullptr, "x\n\"y\""})}});
    CHECK(json.dump() == R"({"a":[true,null,"x\n\"y\""],"b":1})");
    CHECK(
        json.dump_pretty() ==
        "{\n  \"a\": [\n    true,\n    null,\n    \"x\\n\\\"y\\\"\"\n  ],\n  \"b\": 1\n}\n"
    );
}

TEST_CASE("parse reads back what dump wrote") {
    const Json json = Json::object({{"n", -42}, {"empty", Json::object({})}, {"s", "\x01 é"}});
    CHECK(Json::parse(json.dump()).value() == json);
    CHECK(Json::parse(json.dump_pretty()).value() == json);
}

TEST_CASE("parse refuses what a Json cannot hold, and says what") {
    CHECK(
        Json::parse("{\"a\":1,\"a\":2}").error().message ==
        "not valid JSON: key `a` appears twice in one object"
    );
    CHECK(Json::parse("1.5").error().message == "not valid JSON: `1.5` is not an integer");
    CHECK(!Json::parse(std::string(300, '[')).has_value());
    CHECK(Json::parse("{").error().message.starts_with(
        "not valid JSON: parse error at line 1, column 2"
    ));
}

TEST_CASE("numbers of others pass through byte for byte") {
    const std::string text = R"([1.50,1e9,-0.0,18446744073709551615,7])";
    const Json json = Json::parse(text, JsonNumbers::any).value();
    CHECK(json.dump() == text);
    CHECK(*json.as_array()->front().as_fraction() == "1.50");
    CHECK(json.as_array()->front().as_int() == nullptr);
    CHECK(*json.as_array()->back().as_int() == 7);
    CHECK(!Json::parse("[1.5.1]", JsonNumbers::any).has_value());
    CHECK(!Json::parse("18446744073709551615").has_value());
}

TEST_CASE("set and find") {
    Json json;
    json.set("b", 2);
    json.set("a", 1);
    json.set("b", 3);
    CHECK(json.dump() == R"({"a":1,"b":3})");
    CHECK(*json.find("b")->as_int() == 3);
    CHECK(json.find("c") == nullptr);
    json.erase("a");
    CHECK(json.dump() == R"({"b":3})");
}
