#include "aws/s3_store.h"
#include "io/curl_http.h"
#include "io/fresh_threads.h"
#include "io/object_stores.h"
#include "io/os_random.h"
#include "io/steady_timer.h"
#include "io/system_clock.h"
#include "support/fault_proxy.h"
#include "support/s3_server.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>

using namespace ducksnest;
using testing::Fault;
using testing::FaultProxy;
using testing::ProxiedRequest;
using testing::s3_error;
using testing::s3_server;
using Kind = testing::Fault::Kind;

namespace {

constexpr aws::RetryPolicy impatient = {
    .base = Duration(1), .slow_base = Duration(2), .cap = Duration(20)
};

/// A new bucket behind a proxy with faults.
struct Ground {
    explicit Ground(std::function<Fault(const ProxiedRequest&)> faults)
        : proxy({.port = s3_server().port(), .faults = std::move(faults)})
        , store(io::open_object_store(s3_server().url(proxy.port(), bucket), {.retry = impatient})
                    .value())
        , direct(io::open_object_store(s3_server().url(0, bucket)).value()) {}

    static std::string new_bucket() {
        static int count = 0;
        return s3_server().add_bucket(fmt::format("faults-{}", ++count));
    }

    std::string bucket = new_bucket();
    FaultProxy proxy;
    std::unique_ptr<ObjectStore> store;
    std::unique_ptr<ObjectStore> direct; ///< Past the proxy.
};

/// The first `count` requests with that method go wrong.
std::function<Fault(const ProxiedRequest&)> first(int count, std::string method, Fault fault) {
    auto left = std::make_shared<std::atomic<int>>(count);
    return [=](const ProxiedRequest& request) {
        return request.method == method && left->fetch_sub(1) > 0 ? fault : Fault{};
    };
}

Bytes pattern(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<std::uint8_t>(i * 2654435761U >> 24U);
    }
    return bytes;
}

const Bytes some = pattern(700'000);

/// Uploads that were begun in the bucket and neither completed nor aborted, as the server lists
/// them.
std::size_t open_uploads(const std::string& bucket) {
    std::size_t count = 0;
    std::error_code failed;
    const std::filesystem::path folder = s3_server().files(bucket) + "/.sgwtmp/multipart";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, failed)) {
        count += entry.is_regular_file() ? 1U : 0U;
    }
    return count;
}

} // namespace

TEST_CASE("a put outlives server errors, throttling and broken connections") {
    const std::vector<Fault> faults = {
        s3_error(500, "InternalError"),
        s3_error(502, "BadGateway"),
        s3_error(503, "SlowDown"),
        s3_error(503, "ServiceUnavailable"),
        s3_error(504, "GatewayTimeout"),
        s3_error(429, "TooManyRequests"),
        s3_error(400, "RequestTimeout"),
        {.kind = Kind::reset_request, .offset = 0},
        {.kind = Kind::reset_request, .offset = 300'000},
        {.kind = Kind::lost_reply},
    };
    for (const Fault& fault : faults) {
        CAPTURE(fault.status);
        Ground ground(first(3, "PUT", fault));
        REQUIRE(put_bytes(*ground.store, "a", some));
        CHECK(get_bytes(*ground.direct, "a", some.size()).value() == some);
        CHECK(ground.proxy.requests() == 4);
    }
}

TEST_CASE("a failure that stays is told, with the server's words") {
    Ground ground([](const ProxiedRequest&) { return s3_error(503, "SlowDown"); });
    const Error error = put_bytes(*ground.store, "a", some).error();
    CHECK(error.code == ErrorCode::unavailable);
    CHECK(error.message == "PUT `" + ground.bucket + "/a` failed: 503 SlowDown: as asked for");
    CHECK(ground.proxy.requests() == 9);
    Ground silent([](const ProxiedRequest&) { return Fault{.kind = Kind::lost_reply}; });
    CHECK(silent.store->head("a").error().code == ErrorCode::unavailable);
}

TEST_CASE("a server that says when is waited for") {
    Ground ground(first(1, "GET", s3_error(503, "SlowDown", {{"Retry-After", "1"}})));
    REQUIRE(put_bytes(*ground.store, "a", some));
    io::SteadyTimer timer;
    CHECK(get_bytes(*ground.store, "a", some.size()).value() == some);
    CHECK(timer.elapsed() >= Duration(1'000));
}

TEST_CASE("a get goes on where the connection broke") {
    for (const Kind kind : {Kind::reset_reply, Kind::truncate_reply}) {
        std::vector<std::string> ranges;
        Ground ground([&](const ProxiedRequest& request) {
            if (request.method != "GET") {
                return Fault{};
            }
            const auto range = request.headers.find("range");
            ranges.push_back(range == request.headers.end() ? "" : range->second);
            return ranges.size() <= 3 ? Fault{.kind = kind, .offset = 100'000} : Fault{};
        });
        REQUIRE(put_bytes(*ground.direct, "a", some));
        CHECK(get_bytes(*ground.store, "a", some.size()).value() == some);
        CHECK(
            ranges ==
            std::vector<std::string>{"", "bytes=100000-", "bytes=200000-", "bytes=300000-"}
        );
        ranges.clear();
        const Bytes part =
            get_bytes(
                *ground.store, "a", some.size(), {.range = {.offset = 50'000, .length = 500'000}}
            )
                .value();
        CHECK(part == Bytes(some.begin() + 50'000, some.begin() + 550'000));
        CHECK(ranges.at(1) == "bytes=150000-549999");
    }
}

TEST_CASE("a get never mixes two versions") {
    ObjectStore* direct = nullptr;
    bool is_changed = false;
    Ground ground([&](const ProxiedRequest& request) {
        if (request.method != "GET") {
            return Fault{};
        }
        if (!request.headers.contains("range")) {
            return Fault{.kind = Kind::reset_reply, .offset = 100'000};
        }
        // The proxy's thread must not wait for itself: this goes straight to the server.
        is_changed = is_changed || put_bytes(*direct, "a", Bytes(some.size(), 9)).has_value();
        return Fault{};
    });
    direct = ground.direct.get();
    REQUIRE(put_bytes(*direct, "a", some));
    const Error error = get_bytes(*ground.store, "a", some.size()).error();
    CHECK(is_changed);
    CHECK(error.code == ErrorCode::aborted);
    CHECK(error.message == "`a` changed while it was read");
}

TEST_CASE("bytes that change on the way up are refused by the server and sent again") {
    Ground ground(first(1, "PUT", {.kind = Kind::flip_request_bit, .offset = 123'456}));
    REQUIRE(put_bytes(*ground.store, "a", some));
    CHECK(get_bytes(*ground.direct, "a", some.size()).value() == some);
    CHECK(ground.proxy.requests() == 2);
    Ground always([](const ProxiedRequest&) {
        return Fault{.kind = Kind::flip_request_bit, .offset = 5};
    });
    CHECK(put_bytes(*always.store, "a", some).error().code == ErrorCode::corrupt);
    CHECK(!always.direct->head("a").value().has_value());
}

TEST_CASE("bytes that change on the way down are found by the stored checksum") {
    Ground ground([](const ProxiedRequest& request) {
        return request.method == "GET" ? Fault{.kind = Kind::flip_reply_bit, .offset = 654'321}
                                       : Fault{};
    });
    REQUIRE(put_bytes(*ground.store, "a", some));
    const Error error = get_bytes(*ground.store, "a", some.size()).error();
    CHECK(error.code == ErrorCode::corrupt);
    CHECK(error.message == "`a` does not have the SHA-256 that the store keeps of it");
}

TEST_CASE("a conditional put whose answer was lost knows its own work") {
    Ground ground(first(1, "PUT", {.kind = Kind::lost_reply}));
    const Result<ObjectInfo> ours = put_bytes(*ground.store, "lock", some, {.if_absent = true});
    REQUIRE_MESSAGE(ours, describe(ours.error()));
    CHECK(
        put_bytes(*ground.store, "lock", some, {.if_absent = true}).error().code ==
        ErrorCode::conflict
    );
    // Somebody else's is not ours, even with the same bytes.
    Ground other(first(1, "PUT", s3_error(500, "InternalError")));
    REQUIRE(put_bytes(*other.direct, "lock", some, {.if_absent = true}));
    CHECK(
        put_bytes(*other.store, "lock", some, {.if_absent = true}).error().code ==
        ErrorCode::conflict
    );
}

TEST_CASE("an upload in parts outlives faults in each of its calls") {
    const Bytes large = pattern(34UL << 20U);
    std::set<std::string> hurt;
    int created = 0;
    Ground ground([&](const ProxiedRequest& request) {
        const std::string call =
            request.method + request.target.substr(0, request.target.find("&uploadId"));
        const bool is_first = hurt.insert(call.substr(0, call.find("uploadId="))).second;
        created += request.target.ends_with("?uploads=") ? 1 : 0;
        if (!is_first) {
            return Fault{};
        }
        // The upload's beginning must not be doubled by us, so that nothing is left behind.
        return request.method == "PUT" ? Fault{.kind = Kind::reset_request, .offset = 1'000'000}
               : request.target.ends_with("?uploads=") ? s3_error(500, "InternalError")
                                                       : Fault{.kind = Kind::lost_reply};
    });
    CHECK(
        put_bytes(*ground.store, "large", large, {.if_absent = true}).value().size == large.size()
    );
    CHECK(get_bytes(*ground.direct, "large", large.size()).value() == large);
    CHECK(created == 2);
    CHECK(hurt.size() >= 5);
}

TEST_CASE("an upload in parts that fails leaves nothing behind") {
    const Bytes large = pattern(34UL << 20U);
    Ground ground([](const ProxiedRequest& request) {
        return request.target.find("partNumber=3") != std::string::npos
                   ? s3_error(403, "AccessDenied")
                   : Fault{};
    });
    const Error error = put_bytes(*ground.store, "large", large).error();
    CHECK(error.code == ErrorCode::denied);
    CHECK(!ground.direct->head("large").value().has_value());
    CHECK(open_uploads(ground.bucket) == 0);
}

TEST_CASE("a clock that is wrong is put right by the server's") {
    struct Skewed final : Clock {
        Instant now() override { return io::SystemClock().now() + Duration(2 * 3'600'000); }
    } clock;
    io::CurlHttp http({});
    io::SteadyTimer timer;
    io::OsRandom random;
    io::FreshThreads threads(2);
    const auto credentials = std::make_shared<aws::Credentials>();
    credentials->access_key = s3_server().access_key();
    credentials->secret_key = Secret(as_bytes(s3_server().secret_key()));
    credentials->origin = "the test";
    aws::FixedCredentials source(credentials);
    Ground ground([](const ProxiedRequest&) { return Fault{}; });
    aws::S3Store store(
        {.bucket = ground.bucket, .endpoint = ground.proxy.url(), .retry = impatient},
        {http, clock, timer, random, threads, source}
    );
    REQUIRE(put_bytes(store, "a", as_bytes("1")));
    CHECK(ground.proxy.requests() == 2);
    CHECK(get_bytes(store, "a", 1).value() == to_bytes("1"));
    CHECK(ground.proxy.requests() == 3);
    // A refused HEAD has no words, but a date.
    aws::S3Store fresh(
        {.bucket = ground.bucket, .endpoint = ground.proxy.url(), .retry = impatient},
        {http, clock, timer, random, threads, source}
    );
    CHECK(fresh.head("a").value().has_value());
    // A server whose own Date is of no use is asked once more, not for ever.
    Ground lost([](const ProxiedRequest&) {
        Fault fault =
            s3_error(403, "RequestTimeTooSkewed", {{"Date", "Sat, 21 Nov 2026 14:38:00 GMT"}});
        return fault;
    });
    CHECK(put_bytes(*lost.store, "a", some).error().code == ErrorCode::unauthenticated);
    CHECK(lost.proxy.requests() == 2);
}

TEST_CASE("a bucket in another region is found") {
    Ground ground([](const ProxiedRequest& request) {
        return request.headers.at("authorization").find("/eu-central-1/") == std::string::npos
                   ? s3_error(301, "PermanentRedirect", {{"x-amz-bucket-region", "eu-central-1"}})
                   : s3_error(404, "NoSuchKey");
    });
    CHECK(get_bytes(*ground.store, "a", 1).error().code == ErrorCode::not_found);
    CHECK(ground.proxy.requests() == 2);
    CHECK(get_bytes(*ground.store, "a", 1).error().code == ErrorCode::not_found);
    CHECK(ground.proxy.requests() == 3);
}

TEST_CASE("a server that knows no checksums is spared them") {
    Ground ground([](const ProxiedRequest& request) {
        Fault fault = s3_error(400, "InvalidArgument");
        fault.body = "<Error><Code>InvalidArgument</Code><Message>Unsupported header "
                     "'x-amz-checksum-sha256'</Message></Error>";
        return request.headers.contains("x-amz-checksum-sha256") ? fault : Fault{};
    });
    REQUIRE(put_bytes(*ground.store, "a", some));
    REQUIRE(put_bytes(*ground.store, "b", some));
    CHECK(ground.proxy.requests() == 3);
}

TEST_CASE("a plain web server can be read from") {
    Ground ground([](const ProxiedRequest& request) {
        Fault fault = {.kind = Kind::answer, .status = 200, .body = "0123456789"};
        if (request.target != "/cache/nar/a") {
            fault.status = 404;
        }
        return fault;
    });
    const auto web =
        io::open_object_store(ground.proxy.url() + "/cache/", {.retry = impatient}).value();
    CHECK(get_bytes(*web, "nar/a", 10).value() == to_bytes("0123456789"));
    // It knows no ranges.
    const GetOptions part = {.range = {.offset = 3, .length = 4}};
    CHECK(get_bytes(*web, "nar/a", 10, part).value() == to_bytes("3456"));
    CHECK(get_bytes(*web, "nar/b", 10).error().code == ErrorCode::not_found);
    const Error error = put_bytes(*web, "a", some).error();
    CHECK(error.code == ErrorCode::denied);
    CHECK(
        error.message == "cannot store `a` at `" + ground.proxy.url() + "/cache/`: it is read-only"
    );
    CHECK(
        web->list({}, [](const ObjectEntry&) { return true; }).error().code ==
        ErrorCode::unsupported
    );
}
