#pragma once

#include "aws/service_error.h"

#include <cstdint>
#include <string>

namespace ducksnest::aws {

/// How a service writes its answers.
enum class ApiProtocol : std::uint8_t {
    query, ///< Forms in, XML out: EC2.
    json,  ///< "AWS JSON 1.1": Secrets Manager.
};

/// What was asked, for messages.
struct ApiCallName {
    ApiProtocol protocol = ApiProtocol::query;
    std::string service{};   ///< "ec2".
    std::string operation{}; ///< "RunInstances".
    std::string region{};
    std::string subject{}; ///< What it is about: a secret's name, a token; may be "".
    std::string user{};    ///< Where the credentials come from.
};

/// From an answer that is no success. Codes: Amazon EC2 Developer Guide, "Error codes for the
/// Amazon EC2 API"; AWS Secrets Manager API Reference, "Common errors".
ServiceFailure judge_api_answer(const HttpResponse& response, const ApiCallName& call);

} // namespace ducksnest::aws
