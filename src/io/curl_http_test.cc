#include "io/curl_http.h"
#include "io/steady_timer.h"
#include "io/testing/http_server.h"

#include <doctest/doctest.h>

#include <stop_token>
#include <thread>

using namespace ducksnest;
using io::testing::HttpAnswer;
using io::testing::HttpServer;

namespace {

/// Says back what it was asked.
HttpAnswer echo(const HttpRequest& request) {
    const auto type = request.headers.find("content-type");
    return {
        .status = 200,
        .headers = {{"X-Type", type == request.headers.end() ? "none" : type->second}},
        .body = request.method + " " + request.url + " " + request.body
    };
}

} // namespace

TEST_CASE("requests and answers pass whole, over one connection") {
    HttpServer server(echo);
    io::CurlHttp http({});
    for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
        HttpRequest request = {.method = method, .url = server.url() + "/a?b=c"};
        request.headers["content-type"] = "text/x";
        request.body = std::string(method) == "GET" ? "" : std::string("bytes\0more", 10);
        const Result<HttpResponse> response = http.send(request);
        REQUIRE(response);
        CHECK(response->status == 200);
        CHECK(response->header("x-type") == "text/x");
        CHECK(response->body == request.method + " /a?b=c " + request.body);
    }
    CHECK(server.connections() == 1);
}

TEST_CASE("a body is read from where it lies, again for a connection that has gone") {
    std::atomic<int> calls = 0;
    HttpServer server([&](const HttpRequest& request) {
        HttpAnswer answer = echo(request);
        // The second call finds the kept connection closed after its body was sent.
        answer.is_dropped = ++calls == 2;
        return answer;
    });
    io::CurlHttp http({});
    const std::string body(300'000, 'x');
    const HttpRequest request = {
        .method = "PUT",
        .url = server.url() + "/up",
        .upload =
            HttpUpload{
                .size = body.size(),
                .read = [&](std::uint64_t offset, std::span<char> out) -> Result<std::size_t> {
                    return body.copy(out.data(), out.size(), offset);
                }
            }
    };
    CHECK(http.send(request)->body == "PUT /up " + body);
    CHECK(http.send(request)->body == "PUT /up " + body);
    HttpRequest broken = request;
    broken.upload->read = [](std::uint64_t, std::span<char>) -> Result<std::size_t> {
        return fail(ErrorCode::corrupt, "the disk is worn out");
    };
    CHECK(http.send(broken).error().message == "the disk is worn out");
    HttpRequest shorter = request;
    shorter.upload->size += 1;
    CHECK(
        http.send(shorter).error().message ==
        "the body of PUT `" + server.url() + "/up` ends after 300000 of 300001 bytes"
    );
    CHECK(http.send(request)->status == 200);
}

TEST_CASE("a streamed answer shows its head first") {
    HttpServer server([](const HttpRequest& request) {
        return HttpAnswer{
            .status = request.url == "/bad" ? 500 : 206,
            .headers = {{"ETag", "x"}},
            .body = request.url == "/empty" ? "" : "piece"
        };
    });
    io::CurlHttp http({});
    std::string seen;
    const auto call = [&](const std::string& path, bool goes_on) {
        seen.clear();
        const HttpRequest request =
            {.url = server.url() + path, .on_head = [&](const HttpResponse& head) {
                 seen += std::to_string(head.status) + std::string(head.header("etag")) + " ";
                 return goes_on;
             }};
        REQUIRE(http.stream(request, [&](std::string_view piece) {
            seen += piece;
            return true;
        }));
        return seen;
    };
    CHECK(call("/", true) == "206x piece");
    CHECK(call("/", false) == "206x ");
    CHECK(call("/empty", true) == "206x ");
    CHECK(call("/bad", true) == "");
}

TEST_CASE("every status is an answer") {
    HttpServer server([](const HttpRequest&) {
        return HttpAnswer{.status = 503, .headers = {{"Retry-After", "7"}}, .body = "busy"};
    });
    io::CurlHttp http({});
    const Result<HttpResponse> response = http.send({.url = server.url()});
    REQUIRE(response);
    CHECK(response->status == 503);
    CHECK(response->header("retry-after") == "7");
    CHECK(response->body == "busy");
    bool was_called = false;
    const Result<HttpResponse> streamed = http.stream({.url = server.url()}, [&](std::string_view) {
        was_called = true;
        return true;
    });
    CHECK(streamed->body == "busy");
    CHECK(!was_called);
}

TEST_CASE("a long body is streamed, and cut off when it is enough") {
    HttpServer server([](const HttpRequest&) {
        return HttpAnswer{.body = std::string(5'000'000, 'x')};
    });
    io::CurlHttp http({});
    std::size_t got = 0;
    std::size_t longest = 0;
    const Result<HttpResponse> response =
        http.stream({.url = server.url(), .body_max = 10}, [&](std::string_view piece) {
            got += piece.size();
            longest = std::max(longest, piece.size());
            return true;
        });
    REQUIRE(response);
    CHECK(got == 5'000'000);
    CHECK(longest < 100'000);
    CHECK(response->body.empty());
    got = 0;
    REQUIRE(http.stream({.url = server.url()}, [&](std::string_view piece) {
        got += piece.size();
        return got < 1'000;
    }));
    CHECK(got < 5'000'000);
    const Result<HttpResponse> whole = http.send({.url = server.url(), .body_max = 1'000});
    CHECK(whole.error().code == ErrorCode::corrupt);
    CHECK(
        whole.error().message ==
        "the answer to GET `" + server.url() + "` is longer than 1000 bytes"
    );
}

TEST_CASE("a server that is silent, gone or half there is told apart") {
    HttpServer server([](const HttpRequest& request) {
        HttpAnswer answer = {.body = "0123456789"};
        answer.is_dropped = request.url == "/dropped";
        answer.delay = Duration(request.url == "/slow" ? 2'000 : 0);
        if (request.url == "/cut") {
            answer.body_cut = 5;
        }
        return answer;
    });
    io::CurlHttp http({});
    const auto call = [&](const std::string& path, Duration deadline, Duration idle) {
        return http.send({.url = server.url() + path, .deadline = deadline, .idle = idle}).error();
    };
    CHECK(call("/dropped", {}, Duration(5'000)).code == ErrorCode::unavailable);
    CHECK(call("/cut", {}, Duration(5'000)).code == ErrorCode::unavailable);
    CHECK(
        call("/slow", Duration(100), {}).message ==
        "no complete answer from GET `" + server.url() + "/slow` within 100ms"
    );
    const Error idle = call("/slow", {}, Duration(100));
    CHECK(idle.code == ErrorCode::timeout);
    CHECK(idle.message == "nothing more from GET `" + server.url() + "/slow` within 100ms");
    // The lane is as good as new afterwards.
    CHECK(http.send({.url = server.url() + "/fine"})->body == "0123456789");
}

TEST_CASE("nobody there") {
    io::CurlHttp http({});
    const Result<HttpResponse> response = http.send({.url = "https://127.0.0.1:1/secret?x"});
    CHECK(response.error().code == ErrorCode::unavailable);
    CHECK(response.error().message.starts_with("cannot talk to `https://127.0.0.1:1`: "));
    CHECK(
        response.error().help == "check that the server runs and that address and port are right"
    );
    CHECK(http.send({.url = "ftp://127.0.0.1/"}).error().code == ErrorCode::invalid);
}

TEST_CASE("a host that nobody knows can be asked for again, and others after it") {
    HttpServer server([](const HttpRequest&) { return HttpAnswer{.body = "here"}; });
    io::CurlHttp http({});
    for (int i = 0; i < 3; ++i) {
        const auto answer = http.send({.method = "GET", .url = "http://nobody.invalid/"});
        REQUIRE_FALSE(answer.has_value());
        CHECK(answer.error().message.contains("nobody.invalid"));
    }
    CHECK(http.send({.method = "GET", .url = server.url() + "/"})->body == "here");
}

TEST_CASE("a host goes where the options say") {
    HttpServer server(echo);
    const int port = std::stoi(server.url().substr(server.url().rfind(':') + 1));
    HttpOptions options;
    options.addresses.push_back({.host = "api.invalid", .port = port, .address = "127.0.0.1"});
    io::CurlHttp http(std::move(options));
    CHECK(http.send({.url = "http://api.invalid:" + std::to_string(port) + "/x"}).has_value());
}

TEST_CASE("a stop ends call and pause at once") {
    HttpServer server([](const HttpRequest&) { return HttpAnswer{.delay = Duration(1'000)}; });
    io::CurlHttp http({});
    io::SteadyTimer timer;
    std::stop_source source;
    std::thread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        source.request_stop();
    });
    const Result<HttpResponse> response =
        http.send({.url = server.url(), .stop = source.get_token()});
    stopper.join();
    CHECK(response.error().code == ErrorCode::interrupted);
    CHECK(timer.pause(Duration(60'000), source.get_token()).error().code == ErrorCode::interrupted);
    CHECK(timer.elapsed() < Duration(900));
}

TEST_CASE("calls from many threads do not mix") {
    HttpServer server(echo);
    io::CurlHttp http({});
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            for (int round = 0; round < 20; ++round) {
                const std::string body = std::to_string(i * 100 + round);
                const Result<HttpResponse> response =
                    http.send({.method = "POST", .url = server.url() + "/", .body = body});
                right += response && response->body == "POST / " + body ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(right == 160);
    CHECK(server.connections() <= 8);
}
