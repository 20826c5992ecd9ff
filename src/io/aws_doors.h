#pragma once

#include "aws/credential_chain.h"
#include "aws/s3_options.h"
#include "aws/session.h"
#include "io/curl_http.h"
#include "io/fresh_threads.h"
#include "io/os_random.h"
#include "io/steady_timer.h"
#include "io/system_clock.h"

#include <initializer_list>
#include <string>
#include <string_view>

namespace ducksnest::io {

/// The real doors of a client of AWS, with the credentials that this process can find.
class AwsDoors {
public:
    /// `profile` as a user has named it, or "". Before `metadata_url` goes what
    /// AWS_EC2_METADATA_SERVICE_ENDPOINT says.
    AwsDoors(const std::string& profile, HttpOptions http, const std::string& metadata_url);

    aws::ServiceDoors service();
    aws::S3Doors s3();
    aws::CredentialChain& credentials() { return credentials_; }

    /// Where a service is when it is not Amazon's own, as the AWS SDKs look for it:
    /// `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, `endpoint_url` of the profile's services
    /// and of the profile; "" when none says anything or AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is
    /// "true" (AWS SDKs and Tools Reference Guide, "Service-specific endpoints"). `service` as
    /// there: "SECRETS_MANAGER".
    Result<std::string> endpoint(std::string_view service);

private:
    CurlHttp metadata_http_;
    aws::CredentialChain credentials_;
    CurlHttp http_;
    SystemClock clock_{};
    SteadyTimer timer_{};
    OsRandom random_{};
    FreshThreads threads_;
};

/// Of the instance metadata service (Amazon EC2 User Guide, "Access instance metadata").
inline constexpr const char* usual_metadata_url = "http://169.254.169.254";

/// The first of the variables that is set and not empty.
std::string first_variable(std::initializer_list<std::string> names);

} // namespace ducksnest::io
