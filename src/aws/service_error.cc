#include "aws/service_error.h"

#include "aws/http_date.h"
#include "aws/xml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace ducksnest::aws {
namespace {

struct Verdict {
    ErrorCode code = ErrorCode::invalid;
    Remedy remedy = Remedy::none;
};

struct KnownCode {
    std::string_view name{};
    Verdict verdict{};
};

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
    const auto known = std::ranges::find(known_codes, service_code, &KnownCode::name);
    if (known != known_codes.end()) {
        return known->verdict;
    }
    switch (status) {
    case 301:
    case 307:
        return {ErrorCode::invalid, Remedy::region};
    case 401:
        return {ErrorCode::unauthenticated, Remedy::credentials};
    case 403:
        return {ErrorCode::denied};
    case 404:
        return {ErrorCode::not_found};
    case 408:
        return {ErrorCode::timeout, Remedy::retry};
    case 409:
    case 412:
        return {ErrorCode::conflict};
    case 429:
    case 503:
        return {ErrorCode::unavailable, Remedy::slow_down};
    case 501:
        return {ErrorCode::unsupported};
    default:
        return status >= 500 ? Verdict{ErrorCode::unavailable, Remedy::retry}
                             : Verdict{ErrorCode::invalid};
    }
}

std::string help_for(const ServiceFailure& failure, const CallName& call) {
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
                   ? "there are no AWS credentials: set AWS_ACCESS_KEY_ID and "
                     "AWS_SECRET_ACCESS_KEY, or name a profile"
                   : "allow it in the policy of the user or role, or of the bucket; without "
                     "`s3:ListBucket` a missing object looks like this too";
    }
    return {};
}

std::optional<Duration> retry_after(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || failed != std::errc() || end != text.data() + text.size() || seconds < 0) {
        return std::nullopt;
    }
    constexpr std::int64_t seconds_max = 3600;
    return std::chrono::seconds(std::min(seconds, seconds_max));
}

} // namespace

ServiceFailure judge_answer(const HttpResponse& response, const CallName& call) {
    ServiceFailure failure;
    std::string said;
    if (const Result<XmlElement> body = parse_xml(response.body); body && body->name == "Error") {
        failure.service_code = body->get("Code");
        said = body->get("Message");
        failure.region = body->get("Region");
    }
    if (failure.region.empty()) {
        failure.region = response.header("x-amz-bucket-region");
    }
    const Verdict verdict = verdict_of(response.status, failure.service_code, said);
    failure.remedy = verdict.remedy;
    failure.retry_after = retry_after(response.header("retry-after"));
    failure.server_time = parse_http_date(response.header("date"));
    failure.is_maybe_done = response.status >= 500 && verdict.remedy != Remedy::slow_down;
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
    failure.error.help = is_anonymous ? help_for({.error = {.code = ErrorCode::denied}}, call)
                                      : help_for(failure, call);
    return failure;
}

ServiceFailure judge_error(Error error) {
    const bool is_passing =
        error.code == ErrorCode::unavailable || error.code == ErrorCode::timeout;
    return {
        .error = std::move(error),
        .remedy = is_passing ? Remedy::retry : Remedy::none,
        .is_maybe_done = is_passing,
    };
}

} // namespace ducksnest::aws
