#include "kube/client.h"
#include "kube/object.h"
#include "kube/testing/fake_kube.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <deque>

namespace ducksnest::kube {
namespace {

constexpr const char* core_kinds = R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{},
  "versions":[{"version":"v1","resources":[
    {"resource":"pods","responseKind":{"kind":"Pod"},"scope":"Namespaced"},
    {"resource":"nodes","responseKind":{"kind":"Node"},"scope":"Cluster"}]}]}]})";
constexpr const char* other_kinds = R"({"kind":"APIGroupDiscoveryList","items":[]})";

/// Answers from a script, and remembers what it was asked. Kinds are answered by themselves.
class ScriptedHttp final : public Http {
public:
    Result<HttpResponse> send(const HttpRequest& request) override {
        if (request.url.ends_with("/api") || request.url.ends_with("/apis")) {
            ++discoveries;
            return HttpResponse{
                .status = 200, .body = request.url.ends_with("/api") ? core_kinds : other_kinds
            };
        }
        requests.push_back(request);
        REQUIRE(!answers.empty());
        Result<HttpResponse> answer = std::move(answers.front());
        answers.pop_front();
        return answer;
    }
    Result<HttpResponse> stream(const HttpRequest& request, const HttpReceiver& receiver) override {
        Result<HttpResponse> answer = send(request);
        if (answer && answer->is_success()) {
            receiver(answer->body);
            answer->body.clear();
        }
        return answer;
    }

    void answer(int status, std::string body, HttpHeaders headers = {}) {
        answers.emplace_back(
            HttpResponse{.status = status, .headers = std::move(headers), .body = std::move(body)}
        );
    }
    void break_down() { answers.emplace_back(fail(ErrorCode::unavailable, "connection reset")); }

    std::deque<Result<HttpResponse>> answers{};
    std::vector<HttpRequest> requests{};
    int discoveries = 0;
};

class NoNoise final : public Random {
public:
    void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, std::uint8_t{0}); }
};

struct Bench {
    ScriptedHttp http{};
    testing::FakeTimer timer{};
    NoNoise random{};
    Client client{http, timer, random, {.server = "https://api:6443", .token = "t"}};
};

const Ref pod = {.api_version = "v1", .kind = "Pod", .namespace_name = "a", .name = "x"};

} // namespace

TEST_CASE("a call is made again when that may help, after the pause that was asked for") {
    Bench bench;
    bench.http.answer(503, "");
    bench.http.break_down();
    bench.http.answer(429, "", {{"retry-after", "3"}});
    bench.http.answer(200, R"({"kind":"Pod","n":1.5})");
    const Result<Json> answer = bench.client.get(pod);
    REQUIRE(answer);
    CHECK(answer->dump() == R"({"kind":"Pod","n":1.5})");
    CHECK(bench.timer.now == Duration(100 + 200 + 3'000 + 400 / 4));
    CHECK(bench.http.requests.back().url == "https://api:6443/api/v1/namespaces/a/pods/x");
    CHECK(bench.http.requests.back().headers.at("authorization") == "Bearer t");
    CHECK(bench.http.discoveries == 2);
}

TEST_CASE("a call that fails for good fails at once") {
    Bench bench;
    bench.http.answer(403, R"({"kind":"Status","message":"pods \"x\" is forbidden"})");
    const Result<Json> answer = bench.client.get(pod);
    CHECK(answer.error().code == ErrorCode::denied);
    CHECK(answer.error().message == "`Pod a/x`: pods \"x\" is forbidden");
    CHECK(bench.timer.now == Duration());
}

TEST_CASE("an API server that stays away is given up on") {
    Bench bench;
    for (int i = 0; i < 8; ++i) {
        bench.http.break_down();
    }
    const Result<Json> answer = bench.client.get(pod);
    CHECK(describe(answer.error()) == "Pod a/x: connection reset");
    CHECK(bench.timer.now == Duration(100 + 200 + 400 + 800 + 1'600 + 3'200 + 5'000));
}

TEST_CASE("an API server that declines for long is told with how long, and what to look at") {
    for (const int status : {429, 503}) {
        Bench bench;
        for (int i = 0; i < 8; ++i) {
            bench.http.answer(status, "");
        }
        const Error error = bench.client.get(pod).error();
        CHECK(error.code == ErrorCode::unavailable);
        CHECK(describe(error) == fmt::format("`Pod a/x`: the API server answers {}", status));
        CHECK(
            error.help ==
            "it declined 8 times within 11s: it is overloaded or has lost etcd; see `journalctl -u "
            "kube-apiserver -u etcd`, then run again: what is done already is not done twice"
        );
    }
}

TEST_CASE("what may have happened is not done twice") {
    Bench bench;
    const Json body =
        *Json::parse(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"x","namespace":"a"}})");
    bench.http.break_down();
    CHECK(bench.client.create(body).error().code == ErrorCode::unavailable);
    CHECK(bench.http.requests.size() == 1);
    CHECK(
        bench.http.requests.back().url ==
        "https://api:6443/api/v1/namespaces/a/pods?fieldManager=ducksnest&fieldValidation=Strict"
    );
    bench.http.answer(429, "");
    bench.http.answer(201, body.dump());
    CHECK(bench.client.create(body).has_value());
}

TEST_CASE("an eviction that a budget forbids is no overload") {
    Bench bench;
    bench.http.answer(
        429, R"({"kind":"Status","details":{"causes":[{"reason":"DisruptionBudget"}]}})"
    );
    CHECK(bench.client.evict("a", "x").error().code == ErrorCode::conflict);
}

TEST_CASE("an unknown kind is looked for once more, and then told") {
    Bench bench;
    const Ref duck = {.api_version = "example.org/v1", .kind = "Duck", .name = "x"};
    const Result<Json> answer = bench.client.get(duck);
    CHECK(answer.error().message == "the API server knows no kind `Duck` in `example.org/v1`");
    const Ref homeless = {.api_version = "v1", .kind = "Pod", .name = "x"};
    CHECK(bench.client.get(homeless).error().message == "`Pod x` names no namespace");
}

TEST_CASE("a listing goes on page by page, and starts over when its token has expired") {
    Bench bench;
    bench.http.answer(
        200, R"({"metadata":{"resourceVersion":"5","continue":"n+1"},"items":[{"a":1}]})"
    );
    bench.http.answer(410, R"({"kind":"Status","reason":"Expired","code":410})");
    bench.http.answer(
        200, R"({"metadata":{"resourceVersion":"9","continue":"m"},"items":[{"a":1}]})"
    );
    bench.http.answer(200, R"({"metadata":{"resourceVersion":"9"},"items":[{"a":2}]})");
    std::vector<std::string> seen;
    const ListQuery query = {.api_version = "v1", .kind = "Pod", .label_selector = "a=b"};
    const Result<std::string> version = bench.client.list(query, [&](const Json& object) {
        seen.push_back(object.dump());
        return true;
    });
    REQUIRE(version);
    CHECK(*version == "9");
    CHECK(seen.size() == 3);
    CHECK(seen.back() == R"({"a":2,"apiVersion":"v1","kind":"Pod"})");
    CHECK(
        bench.http.requests[1].url ==
        "https://api:6443/api/v1/pods?labelSelector=a%3Db&limit=500&continue=n%2B1"
    );
    CHECK(bench.http.requests[2].url.ends_with("limit=500"));
}

TEST_CASE("a list that breaks off is asked for again") {
    Bench bench;
    bench.http.answer(200, R"({"metadata":{"resourceVersion":"5"},"items":[{"a":1},{"a")");
    bench.http.answer(200, R"({"metadata":{"resourceVersion":"5"},"items":[{"a":1},{"a":2}]})");
    int seen = 0;
    REQUIRE(bench.client.list({.api_version = "v1", .kind = "Pod"}, [&](const Json&) {
        return ++seen > 0;
    }));
    CHECK(seen == 3);
}

TEST_CASE("a watch tells events, bookmarks, and that its version is gone") {
    Bench bench;
    bench.http.answer(
        200,
        R"({"type":"ADDED","object":{"kind":"Pod"}})"
        "\n"
        R"({"type":"SOMETHING","object":{}})"
        "\n"
        R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}})"
        "\n"
        R"({"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old resource version"}})"
        "\n"
    );
    std::vector<EventType> seen;
    const WatchQuery query = {
        .what = {.api_version = "v1", .kind = "Pod"}, .resource_version = "3"
    };
    const Result<void> watched = bench.client.watch(query, [&](const Event& event) {
        seen.push_back(event.type);
        return true;
    });
    CHECK(seen == std::vector{EventType::added, EventType::bookmark});
    CHECK(watched.error().code == ErrorCode::aborted);
    CHECK(
        bench.http.requests.back().url ==
        "https://api:6443/api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=3"
        "&timeoutSeconds=300"
    );
    bench.http.answer(410, "");
    CHECK(
        bench.client.watch(query, [](const Event&) { return true; }).error().code ==
        ErrorCode::aborted
    );
    bench.http.answer(200, "rubbish\n");
    CHECK(
        bench.client.watch(query, [](const Event&) { return true; }).error().code ==
        ErrorCode::corrupt
    );
}

} // namespace ducksnest::kube
