#pragma once

#include "aws/s3_options.h"
#include "io/aws_doors.h"
#include "ports/object_store.h"

#include <memory>
#include <string>

namespace ducksnest::io {

/// How a store is opened that is not only a folder.
struct StoreOptions {
    aws::RetryPolicy retry{};
    HttpOptions http{};
    /// Instance metadata; only tests change it.
    std::string metadata_url = usual_metadata_url;
};

/// Opens a store by its URL, without asking it anything:
/// "file:///dir" or "dir", "s3://bucket?region=…&endpoint=…&profile=…" (see `aws::parse_s3_url`),
/// "http(s)://host/dir" for reading. The region comes from the URL, `AWS_REGION`,
/// `AWS_DEFAULT_REGION`, the profile, or is us-east-1 as in Nix; the endpoint from the URL,
/// `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL` or the profile; credentials from the places of the AWS
/// SDKs.
Result<std::unique_ptr<ObjectStore>>
open_object_store(const std::string& url, StoreOptions options = {});

} // namespace ducksnest::io
