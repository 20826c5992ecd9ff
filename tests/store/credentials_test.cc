#include "aws/credential_chain.h"
#include "aws/s3_store.h"
#include "io/curl_http.h"
#include "io/fresh_threads.h"
#include "io/object_stores.h"
#include "io/os_random.h"
#include "io/steady_timer.h"
#include "io/system_clock.h"
#include "io/testing/http_server.h"
#include "support/fault_proxy.h"
#include "support/s3_server.h"

#include <doctest/doctest.h>

#include <atomic>

using namespace ducksnest;
using testing::Fault;
using testing::FaultProxy;
using testing::s3_error;
using testing::s3_server;

namespace {

/// An instance metadata service whose role has the keys of the test server. The token of its n-th
/// answer is "token-n".
struct Instance {
    std::atomic<int> answers = 0;
    std::string expiration = "2099-01-01T00:00:00Z";
    io::testing::HttpServer server{[this](const HttpRequest& request) { return answer(request); }};

    io::testing::HttpAnswer answer(const HttpRequest& request) {
        const std::string folder = "/latest/meta-data/iam/security-credentials/";
        if (request.url == "/latest/api/token") {
            const bool is_right = request.method == "PUT" &&
                                  request.headers.contains("x-aws-ec2-metadata-token-ttl-seconds");
            return {.status = is_right ? 200 : 400, .body = "session"};
        }
        const auto token = request.headers.find("x-aws-ec2-metadata-token");
        if (token == request.headers.end() || token->second != "session") {
            return {.status = 401};
        }
        if (request.url == folder) {
            return {.body = "cache-node"};
        }
        if (request.url != folder + "cache-node") {
            return {.status = 404};
        }
        const std::string number = std::to_string(++answers);
        return {
            .body = R"({"Code":"Success","AccessKeyId":")" + s3_server().access_key() +
                    R"(","SecretAccessKey":")" + s3_server().secret_key() + R"(","Token":"token-)" +
                    number + R"(","Expiration":")" + expiration + R"("})"
        };
    }
};

struct Doors {
    io::CurlHttp http{{}};
    io::SystemClock clock{};
    io::SteadyTimer timer{};
    io::OsRandom random{};
    io::FreshThreads threads{2};
};

aws::CredentialPlaces places(std::map<std::string, std::string, std::less<>> files) {
    return {
        .home = "/duck",
        .read_file = [files = std::move(files)](const std::string& path
                     ) -> Result<std::optional<std::string>> {
            const auto found = files.find(path);
            return found == files.end() ? std::nullopt : std::optional(found->second);
        }
    };
}

} // namespace

TEST_CASE("credentials that have expired are read again, once for many callers") {
    Instance instance;
    Doors doors;
    aws::CredentialPlaces where = places({});
    where.metadata_url = instance.server.url();
    aws::CredentialChain chain(where, doors.http);
    FaultProxy
        proxy({.port = s3_server().port(), .faults = [](const testing::ProxiedRequest& request) {
                   return request.headers.at("x-amz-security-token") == "token-1"
                              ? s3_error(400, "ExpiredToken")
                              : s3_error(404, "NoSuchKey");
               }});
    aws::S3Store store(
        {.bucket = "bucket", .endpoint = proxy.url()},
        {doors.http, doors.clock, doors.timer, doors.random, doors.threads, chain}
    );
    std::atomic<int> absent = 0;
    std::vector<std::jthread> callers;
    for (int i = 0; i < 8; ++i) {
        callers.emplace_back([&] {
            absent += get_bytes(store, "a", 1).error().code == ErrorCode::not_found ? 1 : 0;
        });
    }
    callers.clear();
    CHECK(absent == 8);
    CHECK(instance.answers == 2);
}

TEST_CASE("credentials that stay expired are an error that says where they come from") {
    FaultProxy proxy({.port = s3_server().port(), .faults = [](const testing::ProxiedRequest&) {
                          return s3_error(400, "ExpiredToken");
                      }});
    const auto store = io::open_object_store(s3_server().url(proxy.port())).value();
    const Error error = get_bytes(*store, "a", 1).error();
    CHECK(error.code == ErrorCode::unauthenticated);
    CHECK(error.message == "GET `bucket/a` failed: 400 ExpiredToken: as asked for");
    CHECK(error.help == "get new credentials; those we have come from the profile `test`");
    CHECK(proxy.requests() == 2);
}

TEST_CASE("wrong credentials are refused by a real server") {
    Doors doors;
    const auto code = [&](const std::string& access_key, const std::string& secret_key) {
        const auto wrong = std::make_shared<aws::Credentials>();
        wrong->access_key = access_key;
        wrong->secret_key = Secret(as_bytes(secret_key));
        aws::FixedCredentials source(wrong);
        aws::S3Store store(
            {.bucket = "bucket", .endpoint = s3_server().endpoint()},
            {doors.http, doors.clock, doors.timer, doors.random, doors.threads, source}
        );
        const Error error = put_bytes(store, "a", as_bytes("1")).error();
        CAPTURE(describe(error));
        CHECK(error.code == ErrorCode::unauthenticated);
        return error.code;
    };
    CHECK(code(s3_server().access_key(), "wrong") == ErrorCode::unauthenticated);
    CHECK(code("nobody", s3_server().secret_key()) == ErrorCode::unauthenticated);
    aws::FixedCredentials nobody(nullptr);
    aws::S3Store anonymous(
        {.bucket = "bucket", .endpoint = s3_server().endpoint()},
        {doors.http, doors.clock, doors.timer, doors.random, doors.threads, nobody}
    );
    const Error error = put_bytes(anonymous, "a", as_bytes("1")).error();
    CHECK(error.code == ErrorCode::unauthenticated);
    CHECK(
        error.help == "there are no AWS credentials: set AWS_ACCESS_KEY_ID and "
                      "AWS_SECRET_ACCESS_KEY, or name a profile"
    );
}

TEST_CASE("a bucket that does not exist is told from an object that does not") {
    const auto store = io::open_object_store(s3_server().url(0, "no-such-bucket")).value();
    const Error error = put_bytes(*store, "a", as_bytes("1")).error();
    CHECK(error.code == ErrorCode::not_found);
    CHECK(error.help == "create the bucket, or correct its name or the endpoint");
    CHECK(store->remove("a").error().code == ErrorCode::not_found);
    const auto ignore = [](const ObjectEntry&) { return true; };
    CHECK(store->list({}, ignore).error().code == ErrorCode::not_found);
}

TEST_CASE("the role of an instance is renewed before it ends") {
    Instance instance;
    instance.expiration = "2026-11-21T12:00:00Z";
    Doors doors;
    aws::CredentialPlaces where = places({});
    where.metadata_url = instance.server.url();
    aws::CredentialChain chain(where, doors.http);
    const auto token_at = [&](const char* time) {
        return chain.get(parse_time(time).value(), aws::Freshness::cached).value()->session_token;
    };
    CHECK(token_at("2026-11-21T11:00:00Z") == "token-1");
    CHECK(token_at("2026-11-21T11:54:59Z") == "token-1");
    CHECK(token_at("2026-11-21T11:55:00Z") == "token-2");
}
