#pragma once

#include "aws/s3_options.h"
#include "ports/buckets.h"

#include <string>

namespace ducksnest::aws {

/// Buckets of one region (Amazon S3 API Reference: HeadBucket, CreateBucket, PutBucketVersioning,
/// PutPublicAccessBlock). S3 encrypts what is in them without being asked, since 2023.
class S3Buckets final : public Buckets {
public:
    /// The bucket in `options` does not count.
    S3Buckets(S3Options options, const S3Doors& doors)
        : options_(std::move(options))
        , doors_(doors) {}

    Result<bool> exists(const std::string& name) override;
    Result<bool> make_private(const std::string& name) override;

private:
    S3Options options_;
    S3Doors doors_;
};

} // namespace ducksnest::aws
