#include "aws/s3_call.h"

#include "aws/retrier.h"
#include "aws/s3_error.h"
#include "base/digest.h"
#include "base/encoding.h"

#include <algorithm>

namespace ducksnest::aws {
namespace {

constexpr Duration idle = Duration(60'000);
constexpr std::size_t answer_max = 8U << 20U;

bool may_be_host_name(const std::string& bucket) {
    // A dot would need a certificate that nobody has; capitals are no host name.
    return std::ranges::all_of(bucket, [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
               letter == '-';
    });
}

std::string without_default_port(const Url& url) {
    const std::string port = url.scheme == "https" ? ":443" : ":80";
    return url.host.ends_with(port) ? url.host.substr(0, url.host.size() - port.size()) : url.host;
}

} // namespace

S3Caller::S3Caller(S3Options options, const S3Doors& doors)
    : options_(std::move(options))
    , doors_(doors)
    , session_(
          {doors.http, doors.clock, doors.timer, doors.random, doors.credentials},
          options_.retry,
          options_.region
      ) {}

S3Caller::Target S3Caller::target(const std::string& key, const std::string& region) const {
    const bool is_aws = options_.endpoint.empty();
    const std::string suffix = region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    const Url url = parse_url(is_aws ? "https://s3." + region + suffix : options_.endpoint)
                        .value_or(Url{.scheme = "https", .host = options_.endpoint});
    Target target = {.host = without_default_port(url)};
    std::string folder = url.path;
    while (folder.ends_with('/')) {
        folder.pop_back();
    }
    const bool is_virtual = options_.addressing == Addressing::virtual_host ||
                            (options_.addressing == Addressing::automatic && is_aws &&
                             may_be_host_name(options_.bucket));
    if (is_virtual) {
        target.host = options_.bucket + "." + target.host;
    } else if (options_.addressing != Addressing::none) {
        folder += "/" + percent_encode(options_.bucket);
    }
    target.origin = url.scheme + "://" + target.host;
    target.path = folder + "/" + percent_encode(key, Slashes::keep);
    return target;
}

ServiceRequest S3Caller::request_for(const S3Call& call) const {
    const std::string region = session_.region();
    const Target where = target(call.key, region);
    ServiceRequest request = {
        .http =
            {.method = call.method,
             .url = where.origin + where.path,
             .headers = call.headers,
             .body = call.upload ? std::string() : call.body,
             .upload = call.upload,
             .asks_first = call.asks_first,
             .on_head = call.on_head,
             .idle = idle,
             .body_max = answer_max,
             .stop = call.stop},
        .path = where.path,
        .query = call.query,
        .payload_hash = call.upload ? call.upload_hash : encode_hex(sha256(as_bytes(call.body))),
        .region = region,
    };
    if (!call.query.empty()) {
        request.http.url += "?" + canonical_query(call.query);
    }
    request.http.headers["host"] = where.host;
    request.signed_only["x-amz-content-sha256"] = request.payload_hash;
    return request;
}

Attempt S3Caller::attempt(const S3Call& call, const HttpReceiver* receiver) {
    const ServiceProtocol protocol = {
        .service = "s3",
        .path_rule = PathRule::as_sent,
        .anonymity = options_.anonymity,
        .judge =
            [&](const HttpResponse& response, const std::string& user) {
                const bool is_bucket = options_.addressing != Addressing::none;
                return judge_s3_answer(
                    response,
                    {.method = call.method,
                     .bucket = is_bucket ? options_.bucket : options_.endpoint,
                     .key = call.key,
                     .user = user}
                );
            },
    };
    return session_.attempt(request_for(call), protocol, receiver);
}

Result<HttpResponse> S3Caller::call(const S3Call& call) {
    Retrier retrier(session_, call.stop);
    while (true) {
        Attempt tried = attempt(call);
        if (tried) {
            return std::move(*tried);
        }
        TRY(retrier.after(tried.error()));
    }
}

} // namespace ducksnest::aws
