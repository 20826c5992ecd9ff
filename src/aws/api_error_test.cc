#include "aws/api_error.h"
#include "aws/ec2_error.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::aws;

namespace {

ServiceFailure judge(ApiProtocol protocol, int status, std::string body, HttpHeaders headers = {}) {
    return judge_api_answer(
        {.status = status, .headers = std::move(headers), .body = std::move(body)},
        {.protocol = protocol,
         .service = "ec2",
         .operation = "RunInstances",
         .region = "eu-central-1",
         .subject = "token-1",
         .user = "the environment"}
    );
}

std::string xml(const std::string& code, const std::string& message = "why") {
    return "<Response><Errors><Error><Code>" + code + "</Code><Message>" + message +
           "</Message></Error></Errors></Response>";
}

} // namespace

TEST_CASE("errors are read in every form that services give them") {
    const auto code = [](ApiProtocol protocol, const std::string& body, HttpHeaders headers = {}) {
        return judge(protocol, 400, body, std::move(headers)).service_code;
    };
    CHECK(code(ApiProtocol::query, xml("InvalidParameterValue")) == "InvalidParameterValue");
    CHECK(
        code(
            ApiProtocol::query,
            "<ErrorResponse><Error><Code>Throttling</Code></Error>"
            "</ErrorResponse>"
        ) == "Throttling"
    );
    CHECK(code(ApiProtocol::json, R"({"__type":"DecryptionFailure"})") == "DecryptionFailure");
    CHECK(
        code(
            ApiProtocol::json, R"({"__type":"com.amazonaws.secretsmanager#InternalServiceError"})"
        ) == "InternalServiceError"
    );
    CHECK(
        code(ApiProtocol::json, "{}", {{"x-amzn-errortype", "AccessDeniedException:http://x"}}) ==
        "AccessDeniedException"
    );
    CHECK(code(ApiProtocol::json, xml("AccessDenied")) == "AccessDenied");
    CHECK(code(ApiProtocol::json, "<html>").empty());
    CHECK(code(ApiProtocol::query, "<Response/>").empty());
}

TEST_CASE("an error names service, call, subject, region, status, code and cause") {
    const ServiceFailure failure = judge(ApiProtocol::query, 403, xml("UnauthorizedOperation"));
    CHECK(
        failure.error.message == "ec2 RunInstances `token-1` in eu-central-1 failed: 403 "
                                 "UnauthorizedOperation: why"
    );
    CHECK(
        failure.error.help ==
        "allow `ec2:RunInstances` to whom the credentials from the environment belong"
    );
    const ServiceFailure opt_in = judge(ApiProtocol::query, 401, xml("OptInRequired"));
    CHECK(
        opt_in.error.help ==
        "switch the region `eu-central-1` on for this account, or choose another"
    );
    CHECK(opt_in.error.code == ErrorCode::denied);
    const ServiceFailure bare = judge(ApiProtocol::query, 418, "");
    CHECK(bare.error.message == "ec2 RunInstances `token-1` in eu-central-1 failed: 418");
}

TEST_CASE("the code decides before the status does") {
    const auto remedy = [](int status, const std::string& body) {
        return judge(ApiProtocol::query, status, body).remedy;
    };
    CHECK(remedy(500, xml("InsufficientInstanceCapacity")) == Remedy::none);
    CHECK(remedy(503, xml("RequestLimitExceeded")) == Remedy::slow_down);
    CHECK(remedy(400, xml("RequestLimitExceeded")) == Remedy::slow_down);
    CHECK(remedy(500, xml("InternalError")) == Remedy::retry);
    CHECK(remedy(500, xml("SomethingNew")) == Remedy::retry);
    CHECK(remedy(400, xml("SomethingNew")) == Remedy::none);
    CHECK(remedy(307, "") == Remedy::none);
    CHECK_FALSE(judge(ApiProtocol::query, 500, xml("InsufficientInstanceCapacity")).is_maybe_done);
    CHECK_FALSE(judge(ApiProtocol::query, 503, xml("RequestLimitExceeded")).is_maybe_done);
    CHECK(judge(ApiProtocol::query, 500, xml("InternalError")).is_maybe_done);
    CHECK(judge(ApiProtocol::query, 500, "").is_maybe_done);
}

TEST_CASE("nobody is told that a launch failed when it may not have") {
    const auto trouble = [](ErrorCode code, const char* service_code, bool is_maybe_done) {
        return to_string(to_cloud_error({.error = {.code = code},
                                         .service_code = service_code,
                                         .is_maybe_done = is_maybe_done})
                             .trouble);
    };
    CHECK(trouble(ErrorCode::denied, "UnauthorizedOperation", false) == "denied");
    CHECK(trouble(ErrorCode::denied, "UnauthorizedOperation", true) == "unknown");
    CHECK(trouble(ErrorCode::unavailable, "RequestLimitExceeded", false) == "throttled");
    CHECK(trouble(ErrorCode::unavailable, "RequestLimitExceeded", true) == "unknown");
    CHECK(trouble(ErrorCode::unavailable, "", true) == "unknown");
    CHECK(trouble(ErrorCode::invalid, "InstanceLimitExceeded", true) == "quota");
    CHECK(trouble(ErrorCode::interrupted, "", true) == "interrupted");
    CHECK(trouble(ErrorCode::unauthenticated, "", false) == "denied");
}
