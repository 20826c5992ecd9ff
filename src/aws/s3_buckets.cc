#include "aws/s3_buckets.h"

#include "aws/s3_call.h"
#include "aws/state_bucket.h"

#include <fmt/format.h>

namespace ducksnest::aws {
namespace {

S3Caller caller_for(S3Options options, const S3Doors& doors, const std::string& bucket) {
    options.bucket = bucket;
    options.anonymity = Anonymity::refused;
    return {std::move(options), doors};
}

} // namespace

Result<bool> S3Buckets::exists(const std::string& name) {
    S3Caller caller = caller_for(options_, doors_, name);
    Result<HttpResponse> head = caller.call({.method = "HEAD"});
    if (!head && head.error().code == ErrorCode::not_found) {
        return false;
    }
    TRY(std::move(head).with(fmt::format("looking for the bucket `{}`", name)));
    return true;
}

Result<bool> S3Buckets::make_private(const std::string& name) {
    S3Caller caller = caller_for(options_, doors_, name);
    return ensure_bucket(caller).with(fmt::format("making the bucket `{}`", name));
}

} // namespace ducksnest::aws
