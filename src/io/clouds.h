#pragma once

#include "aws/retry_policy.h"
#include "io/aws_doors.h"
#include "ports/buckets.h"
#include "ports/cloud.h"
#include "ports/secret_values.h"

#include <memory>
#include <stop_token>
#include <string>

namespace ducksnest::io {

/// Which part of whose cloud. Credentials come from the places of the AWS SDKs, the endpoint as
/// `AwsDoors::endpoint` says.
struct CloudOptions {
    std::string region{};  ///< The plan's.
    std::string profile{}; ///< As a user has named it, or "".
    aws::RetryPolicy retry{};
    HttpOptions http{};
    std::string metadata_url = usual_metadata_url;
    std::stop_token stop{}; ///< Of `Cloud`: ends calls and pauses at once with `interrupted`.
};

/// Opens without asking anything. `invalid` for a region of another shape than AWS's have.
Result<std::unique_ptr<Cloud>> open_cloud(CloudOptions options);
Result<std::unique_ptr<SecretValues>> open_secret_values(CloudOptions options);
Result<std::unique_ptr<Buckets>> open_buckets(CloudOptions options);

} // namespace ducksnest::io
