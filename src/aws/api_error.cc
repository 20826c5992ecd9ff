#include "aws/api_error.h"

#include "aws/xml.h"
#include "base/json.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace ducksnest::aws {
namespace {

/// The status alone decides about all others. Lack of capacity comes with status 500, and asking
/// again at once does not help.
constexpr std::array known_codes = {
    KnownCode{"RequestLimitExceeded", {ErrorCode::unavailable, Remedy::slow_down}},
    KnownCode{"Throttling", {ErrorCode::unavailable, Remedy::slow_down}},
    KnownCode{"ThrottlingException", {ErrorCode::unavailable, Remedy::slow_down}},
    KnownCode{"ThrottledException", {ErrorCode::unavailable, Remedy::slow_down}},
    KnownCode{"RequestThrottled", {ErrorCode::unavailable, Remedy::slow_down}},
    KnownCode{"EC2ThrottledException", {ErrorCode::unavailable, Remedy::slow_down}},
    KnownCode{"TooManyRequestsException", {ErrorCode::unavailable, Remedy::slow_down}},
    KnownCode{"InternalError", {ErrorCode::unavailable, Remedy::retry}},
    KnownCode{"InternalFailure", {ErrorCode::unavailable, Remedy::retry}},
    KnownCode{"InternalServiceError", {ErrorCode::unavailable, Remedy::retry}},
    KnownCode{"ServiceUnavailable", {ErrorCode::unavailable, Remedy::retry}},
    KnownCode{"Unavailable", {ErrorCode::unavailable, Remedy::retry}},
    KnownCode{"InsufficientInstanceCapacity", {ErrorCode::unavailable}},
    KnownCode{"InsufficientCapacity", {ErrorCode::unavailable}},
    KnownCode{"InsufficientHostCapacity", {ErrorCode::unavailable}},
    KnownCode{"InsufficientReservedInstanceCapacity", {ErrorCode::unavailable}},
    KnownCode{"InsufficientAddressCapacity", {ErrorCode::unavailable}},
    KnownCode{"InsufficientFreeAddressesInSubnet", {ErrorCode::unavailable}},
    KnownCode{"InsufficientVolumeCapacity", {ErrorCode::unavailable}},
    KnownCode{"IdempotentParameterMismatch", {ErrorCode::conflict}},
    KnownCode{"IdempotentInstanceTerminated", {ErrorCode::conflict}},
    KnownCode{"ResourceExistsException", {ErrorCode::conflict}},
    KnownCode{"ResourceNotFoundException", {ErrorCode::not_found}},
    KnownCode{"InvalidInstanceID.NotFound", {ErrorCode::not_found}},
    // Our clock is off, which the answer's date tells, or the credentials are over.
    KnownCode{"RequestExpired", {ErrorCode::unauthenticated, Remedy::credentials}},
    KnownCode{"RequestTimeTooSkewed", {ErrorCode::unauthenticated, Remedy::clock}},
    KnownCode{"ExpiredToken", {ErrorCode::unauthenticated, Remedy::credentials}},
    KnownCode{"ExpiredTokenException", {ErrorCode::unauthenticated, Remedy::credentials}},
    KnownCode{"AuthFailure", {ErrorCode::unauthenticated, Remedy::credentials}},
    KnownCode{"InvalidClientTokenId", {ErrorCode::unauthenticated, Remedy::credentials}},
    KnownCode{"UnrecognizedClientException", {ErrorCode::unauthenticated, Remedy::credentials}},
    KnownCode{"InvalidAccessKeyId", {ErrorCode::unauthenticated, Remedy::credentials}},
    KnownCode{"SignatureDoesNotMatch", {ErrorCode::unauthenticated}},
    KnownCode{"InvalidSignatureException", {ErrorCode::unauthenticated}},
    KnownCode{"IncompleteSignature", {ErrorCode::unauthenticated}},
    KnownCode{"MissingAuthenticationToken", {ErrorCode::unauthenticated}},
    KnownCode{"MissingAuthenticationTokenException", {ErrorCode::unauthenticated}},
    KnownCode{"UnauthorizedOperation", {ErrorCode::denied}},
    KnownCode{"AccessDenied", {ErrorCode::denied}},
    KnownCode{"AccessDeniedException", {ErrorCode::denied}},
    KnownCode{"OptInRequired", {ErrorCode::denied}},
    KnownCode{"Blocked", {ErrorCode::denied}},
    KnownCode{"PendingVerification", {ErrorCode::denied}},
};

struct Said {
    std::string code{};
    std::string message{};
};

/// `<Response><Errors><Error><Code>…` of EC2, `<ErrorResponse><Error><Code>…` of the others.
Said said_in_xml(const std::string& body) {
    const Result<XmlElement> root = parse_xml(body);
    if (!root) {
        return {};
    }
    const XmlElement* list = root->find("Errors");
    const XmlElement* error = (list == nullptr ? &*root : list)->find("Error");
    return error == nullptr
               ? Said{}
               : Said{std::string(error->get("Code")), std::string(error->get("Message"))};
}

std::string text_of(const Json& json, std::string_view name) {
    const Json* member = json.find(name);
    const std::string* text = member == nullptr ? nullptr : member->as_string();
    return text == nullptr ? std::string() : *text;
}

/// `{"__type": "namespace#Code", "message": "…"}`; the header `x-amzn-errortype` may stand in.
Said said_in_json(const HttpResponse& response) {
    Said said;
    if (const Result<Json> body = Json::parse(response.body, JsonNumbers::any)) {
        said.code = text_of(*body, "__type");
        said.message = text_of(*body, "message");
        if (said.message.empty()) {
            said.message = text_of(*body, "Message");
        }
    }
    if (said.code.empty()) {
        said.code = response.header("x-amzn-errortype");
        said.code = said.code.substr(0, said.code.find(':'));
    }
    said.code = said.code.substr(said.code.find('#') + 1);
    return said;
}

bool names_another_region(std::string_view message) {
    return message.contains("Credential should be scoped to a valid region") ||
           message.contains("Credential should be scoped to correct service") ||
           message.contains("The region");
}

std::string help_for(const ServiceFailure& failure, const Said& said, const ApiCallName& call) {
    if (said.code == "RequestExpired") {
        return "set this machine's clock (`timedatectl`), or get new credentials; those we have "
               "come from " +
               call.user;
    }
    if (failure.remedy == Remedy::clock || said.message.contains("Signature expired") ||
        said.message.contains("Signature not yet current")) {
        return "set this machine's clock: `timedatectl` shows whether it is synchronized";
    }
    if (names_another_region(said.message)) {
        return "`" + call.region + "` is not the region of this endpoint: correct the region in " +
               "homelab.toml, or the endpoint in AWS_ENDPOINT_URL";
    }
    if (said.code == "OptInRequired") {
        return "switch the region `" + call.region + "` on for this account, or choose another";
    }
    if (said.code.starts_with("ExpiredToken")) {
        return "get new credentials; those we have come from " + call.user;
    }
    if (failure.error.code == ErrorCode::unauthenticated) {
        return "check the access key and secret key in " + call.user +
               ", and whether the region `" + call.region + "` is switched on for the account";
    }
    if (failure.error.code == ErrorCode::denied) {
        return "allow `" + std::string(call.service) + ":" + call.operation +
               "` to whom the credentials from " + call.user + " belong";
    }
    return {};
}

} // namespace

ServiceFailure judge_api_answer(const HttpResponse& response, const ApiCallName& call) {
    Said said = call.protocol == ApiProtocol::json ? said_in_json(response) : Said();
    if (said.code.empty()) {
        // What stands in front of a service may answer in XML for all of them.
        said = said_in_xml(response.body);
    }
    const KnownCode* known = find_code(known_codes, said.code);
    ServiceFailure failure =
        begin_failure(response, known == nullptr ? judge_status(response.status) : known->verdict);
    failure.service_code = said.code;
    // A redirect leads nowhere: each region has a host of its own.
    failure.remedy = failure.remedy == Remedy::region ? Remedy::none : failure.remedy;
    // Capacity and other verdicts with status 5xx are answers: nothing was done.
    const bool is_trouble = known == nullptr || failure.remedy == Remedy::retry;
    failure.is_maybe_done = failure.is_maybe_done && is_trouble;
    failure.error.message = call.service + " " + call.operation;
    if (!call.subject.empty()) {
        failure.error.message += " `" + call.subject + "`";
    }
    failure.error.message += " in " + call.region + " failed: " + std::to_string(response.status);
    if (!said.code.empty()) {
        failure.error.message += " " + said.code;
    }
    if (!said.message.empty()) {
        failure.error.message += ": " + said.message;
    }
    failure.error.help = help_for(failure, said, call);
    return failure;
}

} // namespace ducksnest::aws
