#include "base/json.h"
#include "kube/list_splitter.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace ducksnest::kube {
namespace {

struct Split {
    std::vector<std::string> items{};
    Result<std::string> envelope = std::string();
};

Split split_in_pieces(std::string_view text, std::size_t piece) {
    Split split;
    ListSplitter splitter([&](std::string_view item) {
        split.items.emplace_back(item);
        return true;
    });
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
        const Result<bool> fed = splitter.feed(text.substr(0, piece));
        if (!fed) {
            split.envelope = std::unexpected(fed.error());
            return split;
        }
    }
    split.envelope = splitter.finish();
    return split;
}

} // namespace

TEST_CASE("a list comes apart the same wherever the network cuts it") {
    const std::string text =
        R"({"kind": "PodList", "x": ["items", {"items": [1]}], "items": [ {"a": "]}\"\\", "b": [{}]},
           {"items": [{"c": "{"}]} , {} ], "metadata": {"resourceVersion": "7", "continue": "n"}})";
    for (std::size_t piece = 1; piece < text.size(); ++piece) {
        const Split split = split_in_pieces(text, piece);
        REQUIRE(split.items.size() == 3);
        CHECK(split.items[0] == R"({"a": "]}\"\\", "b": [{}]})");
        CHECK(split.items[1] == R"({"items": [{"c": "{"}]})");
        CHECK(split.items[2] == "{}");
        REQUIRE(split.envelope);
        const Result<Json> envelope = Json::parse(*split.envelope);
        REQUIRE(envelope);
        CHECK(envelope->find("items")->as_array()->empty());
        CHECK(*envelope->find("metadata")->find("resourceVersion")->as_string() == "7");
    }
}

TEST_CASE("a list that is none, or not whole, is told") {
    CHECK(
        split_in_pieces(R"({"items":[1]})", 100).envelope.error().message ==
        "a list from the API server has an item that is no object"
    );
    CHECK(split_in_pieces(R"({"items":["x"]})", 3).envelope.error().code == ErrorCode::corrupt);
    CHECK(
        split_in_pieces(
            R"({"items":[{}]})"
            "]",
            100
        )
            .envelope.error()
            .message == "a list from the API server closes more than it opens"
    );
    CHECK(
        split_in_pieces(R"({"items":[{"a":1})", 100).envelope.error().message ==
        "the API server's list was cut short"
    );
    CHECK(!split_in_pieces("", 1).envelope);
    CHECK(!split_in_pieces(std::string(20'000, '['), 512).envelope);
}

TEST_CASE("whoever has seen enough sees no more") {
    int seen = 0;
    ListSplitter splitter([&](std::string_view) { return ++seen < 2; });
    const Result<bool> goes_on = splitter.feed(R"({"items":[{},{},{}]})");
    REQUIRE(goes_on);
    CHECK(!*goes_on);
    CHECK(seen == 2);
}

} // namespace ducksnest::kube
