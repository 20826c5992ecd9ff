#include "aws/state_bucket.h"

#include "aws/retrier.h"
#include "base/digest.h"
#include "base/encoding.h"

namespace ducksnest::aws {
namespace {

constexpr const char* name_space = R"( xmlns="http://s3.amazonaws.com/doc/2006-03-01/")";

/// The one region that must not be said (Amazon S3 API Reference, "CreateBucket").
constexpr const char* nameless_region = "us-east-1";

std::string location(const std::string& region) {
    if (region == nameless_region) {
        return {};
    }
    return std::string("<CreateBucketConfiguration") + name_space + "><LocationConstraint>" +
           region + "</LocationConstraint></CreateBucketConfiguration>";
}

/// A setting of the bucket: `PUT /?name`. S3 takes these only with a checksum ("Checking object
/// integrity", Amazon S3 User Guide).
Result<void> set(S3Caller& caller, const std::string& name, const std::string& body) {
    static_cast<void>(TRY(caller.call({
        .method = "PUT",
        .query = {{name, ""}},
        .headers =
            {{"content-type", "application/xml"},
             {"x-amz-checksum-sha256", encode_base64(sha256(as_bytes(body)))},
             {"x-amz-sdk-checksum-algorithm", "SHA256"}},
        .body = body,
    })));
    return {};
}

std::unexpected<Error> taken(const S3Caller& caller) {
    return fail(
        ErrorCode::conflict,
        "the bucket name `" + caller.options().bucket + "` belongs to somebody else",
        "bucket names are shared by all of AWS: choose another one with `state_bucket` in the AWS "
        "site's section of homelab.toml"
    );
}

/// Whether it was not there.
Result<bool> create(S3Caller& caller) {
    const S3Call call = {
        .method = "PUT",
        .headers = {{"content-type", "application/xml"}},
        .body = location(caller.options().region),
    };
    Retrier retrier(caller.session(), {});
    while (true) {
        const Attempt tried = caller.attempt(call);
        if (tried) {
            return true;
        }
        const std::string& code = tried.error().service_code;
        if (code == "BucketAlreadyOwnedByYou") {
            // Also when an earlier attempt made it and only its answer was lost.
            return retrier.is_maybe_done();
        }
        if (code == "BucketAlreadyExists") {
            return taken(caller);
        }
        TRY(retrier.after(tried.error()));
    }
}

} // namespace

Result<bool> ensure_bucket(S3Caller& caller) {
    const bool is_new = TRY(create(caller));
    // Each time: a run that was cut off may have left a bucket without them.
    TRY(
        set(caller,
            "versioning",
            std::string("<VersioningConfiguration") + name_space +
                "><Status>Enabled</Status></VersioningConfiguration>")
    );
    TRY(
        set(caller,
            "publicAccessBlock",
            std::string("<PublicAccessBlockConfiguration") + name_space +
                "><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>"
                "<BlockPublicPolicy>true</BlockPublicPolicy>"
                "<RestrictPublicBuckets>true</RestrictPublicBuckets>"
                "</PublicAccessBlockConfiguration>")
    );
    return is_new;
}

} // namespace ducksnest::aws
