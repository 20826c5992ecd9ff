#pragma once

#include "aws/credentials.h"
#include "aws/uri.h"
#include "base/time.h"
#include "ports/http.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace ducksnest::aws {

/// How the path goes into the signature.
enum class PathRule : std::uint8_t {
    as_sent,            ///< S3: a key may hold "//" and "..", and is encoded only once.
    normalized_encoded, ///< Every other service: "." and ".." resolved, then encoded once more.
};

/// What is signed: the parts of a request that must not change on the way.
struct SigningRequest {
    std::string method = "GET";
    std::string path = "/"; ///< As it is sent, percent-encoded.
    Query query{};
    HttpHeaders headers{}; ///< With `host`; all of them are signed.
    /// SHA-256 of the body in hexadecimal, or `unsigned_payload`.
    std::string payload_hash{};
};

/// Where and when a signature is good.
struct SigningScope {
    Instant time{};
    std::string region{};  ///< "ap-northeast-2".
    std::string service{}; ///< "s3", "ec2", "secretsmanager".
    PathRule path_rule = PathRule::normalized_encoded;
};

inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";

/// "20150830T123600Z".
std::string amz_date(Instant time);

/// Steps 1 and 2 of AWS Signature Version 4, for messages and tests (AWS IAM User Guide, "Create a
/// signed AWS API request").
std::string canonical_request(const SigningRequest& request, const SigningScope& scope);
std::string string_to_sign(const SigningRequest& request, const SigningScope& scope);

/// The request's headers with `x-amz-date`, `x-amz-security-token` where the credentials have one,
/// and `authorization`.
HttpHeaders sign(SigningRequest request, const Credentials& credentials, const SigningScope& scope);

/// The query string of a URL that anybody can use until `lifetime` (at most 7 days) has passed.
std::string presign(
    SigningRequest request,
    const Credentials& credentials,
    const SigningScope& scope,
    Duration lifetime
);

} // namespace ducksnest::aws
