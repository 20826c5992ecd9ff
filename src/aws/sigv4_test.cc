#include "aws/sigv4.h"
#include "base/digest.h"
#include "base/encoding.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::aws;

namespace {

/// What AWS publishes beside its Signature Version 4 test suite; no account has them.
Credentials suite_credentials(const std::string& token = {}) {
    return {
        .access_key = "AKIDEXAMPLE",
        .secret_key = Secret(as_bytes("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")),
        .session_token = token,
    };
}

SigningScope suite_scope(PathRule rule = PathRule::normalized_encoded) {
    return {
        .time = parse_time("2015-08-30T12:36:00Z").value(),
        .region = "us-east-1",
        .service = "service",
        .path_rule = rule,
    };
}

struct Vector {
    std::string name{};
    std::string method = "GET";
    std::string path = "/";
    Query query{};
    HttpHeaders headers{};
    std::string body{};
    std::string signature{};
    PathRule rule = PathRule::normalized_encoded;
};

SigningRequest request_of(const Vector& vector) {
    SigningRequest request = {
        .method = vector.method,
        .path = vector.path,
        .query = vector.query,
        .headers = vector.headers,
        .payload_hash = encode_hex(sha256(as_bytes(vector.body))),
    };
    request.headers["host"] = "example.amazonaws.com";
    return request;
}

const std::string unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const std::string vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
const std::string form = "application/x-www-form-urlencoded";

/// The AWS Signature Version 4 test suite, by the names of its cases.
const std::vector<Vector> suite = {
    {.name = "get-vanilla", .signature = vanilla},
    {.name = "get-header-key-duplicate",
     .headers = {{"my-header1", "value2,value2,value1"}},
     .signature = "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
    {.name = "get-header-value-order",
     .headers = {{"my-header1", "value4,value1,value3,value2"}},
     .signature = "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
    {.name = "get-header-value-trim",
     .headers = {{"my-header1", " value1"}, {"my-header2", " \"a   b   c\""}},
     .signature = "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
    {.name = "get-unreserved",
     .path = "/" + unreserved,
     .signature = "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
    {.name = "get-utf8",
     .path = "/\u1234",
     .signature = "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
    {.name = "get-vanilla-empty-query-key",
     .query = {{"Param1", "value1"}},
     .signature = "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
    {.name = "get-vanilla-query-order-encoded",
     .query = {{"Param-3", "Value3"}, {"Param", "Value2"}, {"\u1234", "Value1"}},
     .signature = "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
    {.name = "get-vanilla-query-order-key-case",
     .query = {{"Param2", "value2"}, {"Param1", "value1"}},
     .signature = "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {.name = "get-vanilla-query-order-key",
     .query = {{"Param1", "value2"}, {"Param1", "Value1"}},
     .signature = "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"},
    {.name = "get-vanilla-query-order-value",
     .query = {{"Param1", "value2"}, {"Param1", "value1"}},
     .signature = "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"},
    {.name = "get-vanilla-query-unreserved",
     .query = {{unreserved, unreserved}},
     .signature = "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
    {.name = "get-vanilla-utf8-query",
     .query = {{"\u1234", "bar"}},
     .signature = "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
    {.name = "get-relative-relative", .path = "/example1/example2/../..", .signature = vanilla},
    {.name = "get-relative", .path = "/example/..", .signature = vanilla},
    {.name = "get-slash-dot-slash", .path = "/./", .signature = vanilla},
    {.name = "get-slash", .path = "//", .signature = vanilla},
    {.name = "get-slash-pointless-dot",
     .path = "/./example",
     .signature = "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
    {.name = "get-slashes",
     .path = "//example//",
     .signature = "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
    {.name = "get-slashes-unnormalized",
     .path = "//example//",
     .signature = "87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5",
     .rule = PathRule::as_sent},
    {.name = "get-space",
     .path = "/example space/",
     .signature = "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
    {.name = "get-space-unnormalized",
     .path = "/example%20space/",
     .signature = "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
     .rule = PathRule::as_sent},
    {.name = "get-special-character",
     .path = "/example/$delete",
     .signature = "a853c9b21b528b19643d00910d35b83a10c366a10833ceefb45edd6c80e40f27"},
    {.name = "post-vanilla",
     .method = "POST",
     .signature = "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {.name = "post-header-key-sort",
     .method = "POST",
     .headers = {{"my-header1", "value1"}},
     .signature = "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
    {.name = "post-header-value-case",
     .method = "POST",
     .headers = {{"my-header1", "VALUE1"}},
     .signature = "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
    {.name = "post-vanilla-query",
     .method = "POST",
     .query = {{"Param1", "value1"}},
     .signature = "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
    {.name = "post-x-www-form-urlencoded",
     .method = "POST",
     .headers = {{"content-type", form}},
     .body = "Param1=value1",
     .signature = "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    {.name = "post-x-www-form-urlencoded-parameters",
     .method = "POST",
     .headers = {{"content-type", form + "; charset=utf8"}},
     .body = "Param1=value1",
     .signature = "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"},
};

/// The examples of the Amazon S3 API Reference, "Signature Calculations for the Authorization
/// Header" and "Authenticating Requests: Using Query Parameters".
Credentials s3_credentials() {
    return {
        .access_key = "AKIAIOSFODNN7EXAMPLE",
        .secret_key = Secret(as_bytes("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")),
    };
}

const SigningScope s3_scope = {
    .time = parse_time("2013-05-24T00:00:00Z").value(),
    .region = "us-east-1",
    .service = "s3",
    .path_rule = PathRule::as_sent,
};

std::string s3_signature(SigningRequest request, std::string_view body = {}) {
    request.headers["host"] = "examplebucket.s3.amazonaws.com";
    request.payload_hash = encode_hex(sha256(as_bytes(body)));
    request.headers["x-amz-content-sha256"] = request.payload_hash;
    const std::string text = sign(request, s3_credentials(), s3_scope).at("authorization");
    return text.substr(text.rfind('=') + 1);
}

} // namespace

TEST_CASE("the published test suite: headers") {
    for (const Vector& vector : suite) {
        CAPTURE(vector.name);
        const HttpHeaders headers =
            sign(request_of(vector), suite_credentials(), suite_scope(vector.rule));
        std::string names;
        for (const auto& [name, value] : headers) {
            names += name == "authorization" ? "" : (names.empty() ? "" : ";") + name;
        }
        CHECK(
            headers.at("authorization") ==
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=" +
                names + ", Signature=" + vector.signature
        );
        CHECK(headers.at("x-amz-date") == "20150830T123600Z");
    }
}

TEST_CASE("the published test suite: temporary credentials") {
    const std::string token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
    const HttpHeaders headers = sign(request_of({}), suite_credentials(token), suite_scope());
    CHECK(headers.at("x-amz-security-token") == token);
    CHECK(headers.at("authorization")
              .ends_with("SignedHeaders=host;x-amz-date;x-amz-security-token, Signature="
                         "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"));
}

TEST_CASE("the published test suite: query") {
    const auto signature_of = [](const Vector& vector, const std::string& token = {}) {
        const std::string query = presign(
            request_of(vector), suite_credentials(token), suite_scope(), Duration(3'600'000)
        );
        return query.substr(query.rfind('=') + 1);
    };
    CHECK(signature_of({}) == "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d");
    CHECK(
        signature_of({.path = "/\u1234"}) ==
        "10eae3f14a260bd3911cc6d008d3c576d143b05b62f09782a7a4b37f52178e44"
    );
    CHECK(
        signature_of({.query = {{"\u1234", "bar"}}}) ==
        "0bdd809b1519ac4f0c1dc3540e2cc46bd0c7f778eda408b2ebf3b913d21ff600"
    );
    CHECK(
        signature_of({.headers = {{"my-header1", "value1"}, {"my-header2", "\"a   b   c\""}}}) ==
        "e7bb0fd515e125e1aec2ecc4c0c17484fb06f6846b927c35e46005dd3df3acd4"
    );
    CHECK(
        signature_of({}, "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267") ==
        "7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c"
    );
}

TEST_CASE("the examples of Amazon S3") {
    CHECK(
        s3_signature({.path = "/test.txt", .headers = {{"range", "bytes=0-9"}}}) ==
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    );
    CHECK(
        s3_signature(
            {.method = "PUT",
             .path = "/test%24file.text",
             .headers =
                 {{"date", "Fri, 24 May 2013 00:00:00 GMT"},
                  {"x-amz-storage-class", "REDUCED_REDUNDANCY"}}},
            "Welcome to Amazon S3."
        ) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    );
    CHECK(
        s3_signature({.query = {{"lifecycle", ""}}}) ==
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
    );
    CHECK(
        s3_signature({.query = {{"prefix", "J"}, {"max-keys", "2"}}}) ==
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    );
    const std::string query = presign(
        {.path = "/test.txt",
         .headers = {{"host", "examplebucket.s3.amazonaws.com"}},
         .payload_hash = std::string(unsigned_payload)},
        s3_credentials(),
        s3_scope,
        Duration(86'400'000)
    );
    CHECK(
        query ==
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
        "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&"
        "X-Amz-SignedHeaders=host&X-Amz-Signature="
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    );
}
