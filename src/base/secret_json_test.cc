#include "base/json.h"
#include "base/secret_json.h"

#include <doctest/doctest.h>

#include <string>

using namespace ducksnest;

namespace {

std::string member(std::string_view json, std::string_view name = "key") {
    const Result<std::optional<Secret>> found = read_secret_member(json, name);
    if (!found) {
        return describe(found.error());
    }
    return *found ? std::string(as_text((*found)->view())) : "nothing";
}

} // namespace

TEST_CASE("a secret is read out of a JSON object, and nothing else is") {
    CHECK(member(R"({"id": "k1", "key": "tskey\n\"1\""})") == "tskey\n\"1\"");
    CHECK(member(R"({"key": ""})").empty());
    CHECK(member(R"({"id": "k1"})") == "nothing");
    CHECK(member(R"({"key": 7, "other": "x"})") == "nothing");
    CHECK(member(R"({"key": {"key": "inner"}})") == "nothing");
    CHECK(member(R"({"key": ["inner"]})") == "nothing");
    CHECK(member(R"(["key"])") == "nothing");
}

TEST_CASE("what is no JSON is not repeated") {
    for (const char* text : {"", "hunter2", R"({"key": "hunter2")", R"({"key": "hun)", "{]"}) {
        CHECK(member(text) == "the answer is not valid JSON");
    }
    CHECK(member(std::string(20, '[') + std::string(20, ']')) == "the answer is not valid JSON");
}

TEST_CASE("a secret in JSON is what a reader takes back") {
    const std::string text = "-----BEGIN\n\"quoted\" \\ tab\t\x01 end \xc3\xa9\n";
    const Secret quoted = secret_json_text(Secret(as_bytes(text)));
    const std::string json = "{\"key\":" + std::string(as_text(quoted.view())) + "}";
    CHECK(member(json) == text);
    CHECK(Json::parse(json)->find("key")->as_string()->size() == text.size());
}
