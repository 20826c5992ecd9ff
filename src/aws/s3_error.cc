#include "aws/s3_error.h"

#include "aws/xml.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace ducksnest::aws {
namespace {

constexpr std::string_view no_credentials_help =
    "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a "
    "profile";

/// Amazon S3 API Reference, "List of error codes"; the status alone decides about all others.
constexpr std::array known_codes = {
    KnownCode{"NoSuchKey", {ErrorCode::not_found}},
    KnownCode{"NoSuchBucket", {ErrorCode::not_found}},
    KnownCode{"NoSuchUpload", {ErrorCode::aborted}},
    KnownCode{"PreconditionFailed", {ErrorCode::conflict}},
    KnownCode{"ConditionalRequestConflict", {ErrorCode::conflict, Remedy::retry}},
    KnownCode{"OperationAborted", {ErrorCode::conflict, Remedy::retry}},
    KnownCode{"RequestTimeTooSkewed", {ErrorCode::unauthenticated, Remedy::clock}},
    KnownCode{"ExpiredToken", {ErrorCode::unauthenticated, Remedy::credentials}},
    KnownCode{"InvalidToken", {ErrorCode::unauthenticated, Remedy::credentials}},
    KnownCode{"TokenRefreshRequired", {ErrorCode::unauthenticated, Remedy::credentials}},
    KnownCode{"InvalidAccessKeyId", {ErrorCode::unauthenticated, Remedy::credentials}},
    KnownCode{"XAdminUserNotFound", {ErrorCode::unauthenticated, Remedy::credentials}}, // Versity.
    KnownCode{"SignatureDoesNotMatch", {ErrorCode::unauthenticated}},
    KnownCode{"AccessDenied", {ErrorCode::denied}},
    KnownCode{"AuthorizationHeaderMalformed", {ErrorCode::invalid, Remedy::region}},
    KnownCode{"PermanentRedirect", {ErrorCode::invalid, Remedy::region}},
    KnownCode{"TemporaryRedirect", {ErrorCode::invalid, Remedy::region}},
    KnownCode{"IllegalLocationConstraintException", {ErrorCode::invalid, Remedy::region}},
    KnownCode{"BadDigest", {ErrorCode::corrupt, Remedy::resend}},
    KnownCode{"InvalidDigest", {ErrorCode::corrupt, Remedy::resend}},
    KnownCode{"XAmzContentSHA256Mismatch", {ErrorCode::corrupt, Remedy::resend}},
    KnownCode{"XAmzContentChecksumMismatch", {ErrorCode::corrupt, Remedy::resend}},
    KnownCode{"IncompleteBody", {ErrorCode::unavailable, Remedy::retry}},
    KnownCode{"RequestTimeout", {ErrorCode::timeout, Remedy::retry}},
    KnownCode{"SlowDown", {ErrorCode::unavailable, Remedy::slow_down}},
    KnownCode{"Throttling", {ErrorCode::unavailable, Remedy::slow_down}},
    KnownCode{"ThrottlingException", {ErrorCode::unavailable, Remedy::slow_down}},
    KnownCode{"RequestLimitExceeded", {ErrorCode::unavailable, Remedy::slow_down}},
};

Verdict verdict_of(int status, std::string_view service_code, std::string_view message) {
    if (service_code != "NoSuchKey" && message.find("x-amz-checksum") != std::string_view::npos &&
        (status == 400 || status == 501) && service_code != "BadDigest") {
        return {ErrorCode::unsupported, Remedy::plain};
    }
    const KnownCode* known = find_code(known_codes, service_code);
    return known == nullptr ? judge_status(status) : known->verdict;
}

std::string help_for(const ServiceFailure& failure, const S3CallName& call) {
    const std::string& code = failure.service_code;
    if (code == "NoSuchBucket") {
        return "create the bucket, or correct its name or the endpoint";
    }
    if (code == "RequestTimeTooSkewed") {
        return "set this machine's clock: `timedatectl` shows whether it is synchronized";
    }
    if (failure.remedy == Remedy::region && !failure.region.empty()) {
        return "say where the bucket is: `region=" + failure.region + "`";
    }
    if (code == "ExpiredToken" || code == "TokenRefreshRequired") {
        return "get new credentials; those we have come from " + call.user;
    }
    if (failure.error.code == ErrorCode::unauthenticated) {
        return call.user.empty() ? std::string()
                                 : "check the access key and secret key in " + call.user;
    }
    if (failure.error.code == ErrorCode::denied) {
        return call.user.empty()
                   ? std::string(no_credentials_help)
                   : "allow it in the policy of the user or role, or of the bucket; without "
                     "`s3:ListBucket` a missing object looks like this too";
    }
    return {};
}

} // namespace

ServiceFailure judge_s3_answer(const HttpResponse& response, const S3CallName& call) {
    std::string service_code;
    std::string said;
    std::string region;
    if (const Result<XmlElement> body = parse_xml(response.body); body && body->name == "Error") {
        service_code = body->get("Code");
        said = body->get("Message");
        region = body->get("Region");
    }
    const Verdict verdict = verdict_of(response.status, service_code, said);
    ServiceFailure failure = begin_failure(response, verdict);
    failure.service_code = service_code;
    failure.region = region.empty() ? response.header("x-amz-bucket-region") : region;
    // An answer to HEAD has no body: what it can mean is tried once each.
    if (call.method == "HEAD" && response.status == 400) {
        failure.remedy = failure.region.empty() ? Remedy::credentials : Remedy::region;
    }
    const bool is_anonymous = call.user.empty() && verdict.code == ErrorCode::denied;
    failure.error.code = is_anonymous ? ErrorCode::unauthenticated : verdict.code;
    failure.error.message = call.method + " `" +
                            (call.key.empty() ? call.bucket : call.bucket + "/" + call.key) +
                            "` failed: " + std::to_string(response.status);
    if (!failure.service_code.empty()) {
        failure.error.message += " " + failure.service_code;
    }
    if (!said.empty()) {
        failure.error.message += ": " + said;
    }
    failure.error.help = is_anonymous ? std::string(no_credentials_help) : help_for(failure, call);
    return failure;
}

} // namespace ducksnest::aws
