#include "aws/s3_buckets.h"

#include "aws/s3_call.h"
#include "base/digest.h"
#include "base/encoding.h"

#include <fmt/format.h>

namespace ducksnest::aws {
namespace {

constexpr std::string_view xml_space = "http://s3.amazonaws.com/doc/2006-03-01/";
/// The one region that must not be named when a bucket is made.
constexpr std::string_view unnamed_region = "us-east-1";

S3Caller caller_for(S3Options options, const S3Doors& doors, const std::string& bucket) {
    options.bucket = bucket;
    options.anonymity = Anonymity::refused;
    return {std::move(options), doors};
}

/// A setting of a bucket. They want a digest besides the signature.
Result<void> put_setting(S3Caller& caller, const std::string& setting, const std::string& body) {
    S3Call call{.method = "PUT", .body = body};
    if (!setting.empty()) {
        call.query.emplace_back(setting, "");
    }
    if (!body.empty()) {
        call.headers["content-type"] = "application/xml";
        call.headers["x-amz-checksum-sha256"] = encode_base64(sha256(as_bytes(body)));
    }
    TRY(caller.call(call));
    return {};
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

Result<void> S3Buckets::make_private(const std::string& name) {
    S3Caller caller = caller_for(options_, doors_, name);
    if (!TRY(exists(name))) {
        const std::string place =
            options_.region == unnamed_region
                ? ""
                : fmt::format(
                      "<CreateBucketConfiguration xmlns=\"{}\"><LocationConstraint>{}"
                      "</LocationConstraint></CreateBucketConfiguration>",
                      xml_space,
                      options_.region
                  );
        TRY(put_setting(caller, "", place).with(fmt::format("making the bucket `{}`", name)));
    }
    const auto set = [&](const std::string& setting, const std::string& body) {
        return put_setting(caller, setting, body)
            .with(fmt::format("setting `{}` of the bucket `{}`", setting, name));
    };
    TRY(
        set("publicAccessBlock",
            fmt::format(
                "<PublicAccessBlockConfiguration xmlns=\"{}\">"
                "<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>"
                "<BlockPublicPolicy>true</BlockPublicPolicy>"
                "<RestrictPublicBuckets>true</RestrictPublicBuckets>"
                "</PublicAccessBlockConfiguration>",
                xml_space
            ))
    );
    return set(
        "versioning",
        fmt::format(
            "<VersioningConfiguration xmlns=\"{}\"><Status>Enabled</Status>"
            "</VersioningConfiguration>",
            xml_space
        )
    );
}

} // namespace ducksnest::aws
