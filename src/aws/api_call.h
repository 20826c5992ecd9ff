#pragma once

#include "aws/api_error.h"
#include "aws/session.h"
#include "base/secret.h"

#include <stop_token>
#include <string>

namespace ducksnest::aws {

/// Which service, where. Its name as it is signed and as it stands in host names.
struct ApiOptions {
    ApiProtocol protocol = ApiProtocol::query;
    std::string service{}; ///< "ec2".
    std::string region{};
    /// "http://127.0.0.1:5000"; "" is Amazon's own in the region.
    std::string endpoint{};
    RetryPolicy retry{};
};

struct ApiCall {
    std::string operation{}; ///< "RunInstances".
    std::string subject{};   ///< For messages: what it is about; may be "".
    HttpHeaders headers{};   ///< `content-type` and what else the protocol wants.
    /// Goes out as it is, from here and nowhere else: it may hold a value that nobody shall see.
    Secret body{};
    std::stop_token stop{};
};

/// What an API call came to. A failure that is final, with what the service called it.
struct ApiFailure {
    Error error{};
    std::string service_code{};
    /// One of the attempts may have been carried out, and the last answer does not say.
    bool is_maybe_done = false;
};

using ApiResult = std::expected<HttpResponse, ApiFailure>;

/// Calls one service of Amazon's that has one endpoint per region and takes POST. Everything is
/// repeated as the policy says: an operation must be one that can be. Safe to call from several
/// threads.
class ApiCaller {
public:
    ApiCaller(ApiOptions options, const ServiceDoors& doors);

    ApiResult call(const ApiCall& call);
    const ApiOptions& options() const { return options_; }

private:
    Attempt attempt(const ApiCall& call);

    ApiOptions options_;
    Session session_;
};

} // namespace ducksnest::aws
