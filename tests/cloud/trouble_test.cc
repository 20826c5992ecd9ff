#include "ec2_ground.h"
#include "io/clouds.h"
#include "io/testing/temporary_folder.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <memory>

/// Who we are, where and when: wrong credentials, regions and clocks.
using namespace ducksnest;
using namespace ducksnest::testing;

namespace {

/// A clock that is off.
struct WrongClock final : Clock {
    Instant now() override { return real.now() + Duration(2 * 3'600'000); }
    io::SystemClock real{};
};

std::shared_ptr<const aws::Credentials>
wrong(const std::string& access_key, const std::string& secret_key) {
    auto found = std::make_shared<aws::Credentials>();
    found->access_key = access_key;
    found->secret_key = Secret(as_bytes(secret_key));
    found->origin = "the profile `test`";
    return found;
}

CloudError refusal(std::shared_ptr<const aws::Credentials> who) {
    Ec2Ground ground(first(0, {}), std::move(who));
    const auto seen = ground.cloud().describe({});
    REQUIRE_FALSE(seen);
    CHECK(to_string(seen.error().trouble) == "denied");
    return seen.error();
}

} // namespace

TEST_CASE("wrong credentials are refused by a server that checks signatures, in clear words") {
    const auto owner = moto().credentials("test");
    CHECK(
        describe(refusal(wrong(owner->access_key, "not the key")).error) ==
        "ec2 DescribeInstances in ap-northeast-2 failed: 401 AuthFailure: AWS was not able to "
        "validate the provided access credentials"
    );
    const CloudError nobody = refusal(wrong("AKIANOBODY0000000000", "not the key"));
    CHECK(nobody.error.code == ErrorCode::unauthenticated);
    CHECK(
        nobody.error.help == "check the access key and secret key in the profile `test`, and "
                             "whether the region `ap-northeast-2` is switched on for the account"
    );
    const CloudError stranger = refusal(moto().credentials("stranger"));
    CHECK(stranger.error.code == ErrorCode::denied);
    CHECK(
        stranger.error.help == "allow `ec2:DescribeInstances` to whom the credentials from the "
                               "profile `stranger` belong"
    );
}

TEST_CASE("without credentials nothing is sent") {
    Ec2Ground ground(first(0, {}));
    aws::FixedCredentials nobody(nullptr);
    aws::ServiceDoors all = ground.doors();
    aws::Ec2Cloud cloud(
        {.region = moto_region, .endpoint = ground.proxy().url()},
        {all.http, all.clock, all.timer, all.random, nobody}
    );
    const auto seen = cloud.describe({});
    REQUIRE_FALSE(seen);
    CHECK(to_string(seen.error().trouble) == "denied");
    CHECK(seen.error().error.message == "there are no AWS credentials for `ec2`");
    CHECK(
        seen.error().error.help == "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a "
                                   "profile in AWS_PROFILE; an instance needs a role"
    );
    CHECK(ground.proxy().requests() == 0);
}

TEST_CASE("credentials that stay expired are told with their origin") {
    Ec2Ground ground([](const ProxiedRequest&) { return ec2_error(400, "ExpiredToken"); });
    const auto seen = ground.cloud().describe({});
    REQUIRE_FALSE(seen);
    CHECK(seen.error().error.code == ErrorCode::unauthenticated);
    CHECK(
        seen.error().error.help == "get new credentials; those we have come from the profile `test`"
    );
    CHECK(ground.proxy().requests() == 2);
}

TEST_CASE("a wrong clock is found out from the answer, and signed around") {
    // moto does not look at the time; EC2 says RequestExpired with its own in the header.
    const auto is_off = [](const ProxiedRequest& request) {
        const std::string now = aws::amz_date(io::SystemClock().now());
        return request.headers.at("x-amz-date").substr(0, 11) != now.substr(0, 11);
    };
    const auto checked = [&](const std::string& date) {
        return [=](const ProxiedRequest& request) {
            Fault fault = ec2_error(400, "RequestExpired");
            fault.headers["Date"] = date;
            return is_off(request) ? fault : Fault{};
        };
    };
    // "20261121T180900Z" as "Sat, 21 Nov 2026 18:09:00 GMT": the day's name is not read.
    const std::string now = format_time(io::SystemClock().now());
    constexpr const char* months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const auto month = static_cast<std::size_t>(std::stoi(now.substr(5, 2)) - 1);
    const std::string date = "Sat, " + now.substr(8, 2) + " " +
                             std::string(months).substr(3 * month, 3) + " " + now.substr(0, 4) +
                             " " + now.substr(11, 8) + " GMT";
    Ec2Ground ground(checked(date));
    WrongClock clock;
    aws::ServiceDoors all = ground.doors();
    aws::Ec2Cloud cloud(
        {.region = moto_region, .endpoint = ground.proxy().url()},
        {all.http, clock, all.timer, all.random, all.credentials}
    );
    CHECK(cloud.describe({}));
    CHECK(ground.proxy().requests() == 2);

    Ec2Ground silent(checked("never"));
    aws::Ec2Cloud lost(
        {.region = moto_region, .endpoint = silent.proxy().url()},
        {all.http, clock, all.timer, all.random, all.credentials}
    );
    const auto seen = lost.describe({});
    REQUIRE_FALSE(seen);
    CHECK(seen.error().error.code == ErrorCode::unauthenticated);
    CHECK(
        seen.error().error.help ==
        "set this machine's clock (`timedatectl`), or get new credentials; those we have come from "
        "the profile `test`"
    );
    Ec2Ground skewed([](const ProxiedRequest&) { return ec2_error(403, "RequestTimeTooSkewed"); });
    CHECK(
        skewed.cloud().describe({}).error().error.help ==
        "set this machine's clock: `timedatectl` shows whether it is synchronized"
    );
}

TEST_CASE("a region that is none, or not this endpoint's, is told") {
    for (const char* region :
         {"seoul", "ap-northeast-2a", "", "ap-northeast-", "../etc", "a-b-1.x"}) {
        CAPTURE(region);
        const auto opened = io::open_cloud({.region = region});
        REQUIRE_FALSE(opened);
        CHECK(opened.error().message == "`" + std::string(region) + "` is no region of AWS");
    }
    CHECK(io::open_secret_values({.region = "us-gov-west-1"}));

    Ec2Ground ground([](const ProxiedRequest&) {
        Fault fault = ec2_error(400, "SignatureDoesNotMatch");
        const std::size_t text = fault.body.find("as asked for");
        fault.body.replace(text, 12, "Credential should be scoped to a valid region.");
        return fault;
    });
    const auto seen = ground.cloud().describe({});
    REQUIRE_FALSE(seen);
    CHECK(
        seen.error().error.help ==
        "`ap-northeast-2` is not the region of this endpoint: correct the region in homelab.toml, "
        "or the endpoint in AWS_ENDPOINT_URL"
    );
}

TEST_CASE("a server that cannot be had leaves open whether anything was done") {
    Ec2Ground ground(first(0, {}));
    aws::Ec2Cloud cloud(
        {.region = moto_region, .endpoint = "http://127.0.0.1:1", .retry = impatient},
        ground.doors()
    );
    const auto seen = cloud.describe({});
    REQUIRE_FALSE(seen);
    CHECK(to_string(seen.error().trouble) == "unknown");
    CHECK(seen.error().error.context == std::vector<std::string>{"calling ec2 DescribeInstances"});
    CHECK(
        seen.error().error.help == "is the network up, and is `ap-northeast-2` a region of AWS? "
                                   "AWS_ENDPOINT_URL names another server"
    );
}

TEST_CASE("the endpoint is where the variables say, the service's own first") {
    FaultProxy proxy({.port = moto().port(), .faults = first(0, {})});
    REQUIRE(setenv("AWS_ENDPOINT_URL_EC2", proxy.url().c_str(), 1) == 0);
    CHECK(io::open_cloud({.region = moto_region}).value()->describe({}));
    CHECK(proxy.requests() == 1);
    REQUIRE(setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true", 1) == 0);
    io::AwsDoors doors("", {}, io::usual_metadata_url);
    CHECK(doors.endpoint("EC2").value().empty());
    REQUIRE(unsetenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == 0);
    CHECK(doors.endpoint("EC2").value() == proxy.url());
    CHECK(doors.endpoint("SECRETS_MANAGER").value() == moto().endpoint());
    REQUIRE(unsetenv("AWS_ENDPOINT_URL_EC2") == 0);
    CHECK(doors.endpoint("EC2").value() == moto().endpoint());

    // Then the profile's services, then the profile.
    REQUIRE(unsetenv("AWS_ENDPOINT_URL") == 0);
    const io::testing::TemporaryFolder folder;
    std::ofstream(folder / "config") << "[profile test]\nendpoint_url = http://all\n"
                                        "services = here\n"
                                        "[services here]\n"
                                        "ec2 =\n  endpoint_url = http://machines\n"
                                        "s3 =\n  addressing_style = path\n";
    REQUIRE(setenv("AWS_CONFIG_FILE", (folder / "config").c_str(), 1) == 0);
    io::AwsDoors configured("", {}, io::usual_metadata_url);
    CHECK(configured.endpoint("EC2").value() == "http://machines");
    CHECK(configured.endpoint("S3").value() == "http://all");
    CHECK(configured.endpoint("SECRETS_MANAGER").value() == "http://all");
    REQUIRE(setenv("AWS_ENDPOINT_URL", moto().endpoint().c_str(), 1) == 0);
    CHECK(configured.endpoint("EC2").value() == moto().endpoint());
}
