#pragma once

#include "aws/service_error.h"

#include <string>

namespace ducksnest::aws {

/// What was asked, for messages.
struct S3CallName {
    std::string method{};
    std::string bucket{};
    std::string key{};  ///< "" when it is about the bucket.
    std::string user{}; ///< Where the credentials come from; "" without.
};

/// From an answer of S3 that is no success (Amazon S3 API Reference, "Error responses").
ServiceFailure judge_s3_answer(const HttpResponse& response, const S3CallName& call);

} // namespace ducksnest::aws
