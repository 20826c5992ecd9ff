#include "aws/state_bucket.h"
#include "aws/xml.h"
#include "io/curl_http.h"
#include "io/fresh_threads.h"
#include "io/os_random.h"
#include "io/steady_timer.h"
#include "io/system_clock.h"
#include "support/fault_proxy.h"
#include "support/moto.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>

using namespace ducksnest;
using namespace ducksnest::testing;

namespace {

using Faults = std::function<Fault(const ProxiedRequest& request)>;

std::string new_name() {
    static int count = 0;
    return fmt::format("nest-terraform-state-{}", ++count);
}

/// A caller for one bucket, through a proxy with faults.
class Ground {
public:
    explicit Ground(
        const std::string& bucket, Faults faults = [](const auto&) { return Fault{}; }
    )
        : proxy_({.port = moto().port(), .faults = std::move(faults)})
        , caller_(
              {.bucket = bucket,
               .region = moto_region,
               .endpoint = proxy_.url(),
               .retry = {.base = Duration(1), .slow_base = Duration(2), .cap = Duration(10)}},
              {http_, clock_, timer_, random_, threads_, credentials_}
          ) {}

    aws::S3Caller& caller() { return caller_; }

    aws::XmlElement setting(const std::string& name) {
        const Result<HttpResponse> answer = caller_.call({.query = {{name, ""}}});
        REQUIRE(answer.has_value());
        Result<aws::XmlElement> xml = aws::parse_xml(answer->body);
        REQUIRE(xml.has_value());
        return std::move(*xml);
    }

private:
    FaultProxy proxy_;
    io::CurlHttp http_{{}};
    io::SystemClock clock_{};
    io::SteadyTimer timer_{};
    io::OsRandom random_{};
    io::FreshThreads threads_{2};
    aws::FixedCredentials credentials_{moto().credentials("test")};
    aws::S3Caller caller_;
};

void check_settings(Ground& ground) {
    CHECK(ground.setting("versioning").get("Status") == "Enabled");
    const aws::XmlElement block = ground.setting("publicAccessBlock");
    for (const char* name :
         {"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"}) {
        CHECK(block.get(name) == "true");
    }
    CHECK(ground.caller().call({.query = {{"location", ""}}})->body.contains(moto_region));
}

} // namespace

TEST_CASE("state bucket: made once, with versions, closed to the public") {
    Ground ground(new_name());
    const Result<bool> made = aws::ensure_bucket(ground.caller());
    REQUIRE_MESSAGE(made, describe(made.error()));
    CHECK(*made);
    check_settings(ground);
    CHECK(*aws::ensure_bucket(ground.caller()) == false);
    check_settings(ground);
}

TEST_CASE("state bucket: made although answers are lost and S3 is busy, at every call") {
    for (std::uint64_t number = 0; number < 3; ++number) {
        for (const Fault& fault :
             {Fault{.kind = Fault::Kind::lost_reply}, s3_error(503, "SlowDown")}) {
            CAPTURE(number);
            Ground ground(new_name(), [number, fault](const ProxiedRequest& request) {
                return request.number == number ? fault : Fault{};
            });
            const Result<bool> made = aws::ensure_bucket(ground.caller());
            REQUIRE_MESSAGE(made, describe(made.error()));
            CHECK(*made);
            check_settings(ground);
        }
    }
}

TEST_CASE("state bucket: a name that somebody else has is said, with the way out") {
    Ground ground("taken", [](const auto&) { return s3_error(409, "BucketAlreadyExists"); });
    const Error error = aws::ensure_bucket(ground.caller()).error();
    CHECK(error.code == ErrorCode::conflict);
    CHECK(error.message == "the bucket name `taken` belongs to somebody else");
    CHECK(
        error.help == "bucket names are shared by all of AWS: choose another one with "
                      "`state_bucket` in the AWS site's section of homelab.toml"
    );
}

TEST_CASE("state bucket: what is denied is not tried again") {
    int calls = 0;
    Ground ground("denied", [&](const auto&) {
        ++calls;
        return s3_error(403, "AccessDenied");
    });
    CHECK(aws::ensure_bucket(ground.caller()).error().code == ErrorCode::denied);
    CHECK(calls == 1);
}
