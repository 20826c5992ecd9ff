#include "aws/api_call.h"

#include "aws/retrier.h"
#include "base/digest.h"
#include "base/encoding.h"

#include <algorithm>
#include <cstring>

namespace ducksnest::aws {
namespace {

constexpr Duration idle = Duration(30'000);
constexpr std::size_t answer_max = 8U << 20U;

/// China has a top-level domain of its own (AWS General Reference, "Service endpoints").
std::string own_endpoint(const std::string& service, const std::string& region) {
    const std::string suffix = region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    return "https://" + service + "." + region + suffix;
}

HttpUpload upload_of(const Secret& body) {
    return {
        .size = body.size(),
        .read = [&body](std::uint64_t offset, std::span<char> out) -> Result<std::size_t> {
            const std::size_t from = std::min<std::size_t>(offset, body.size());
            const std::size_t count = std::min(out.size(), body.size() - from);
            std::memcpy(out.data(), body.view().data() + from, count);
            return count;
        },
    };
}

} // namespace

ApiCaller::ApiCaller(ApiOptions options, const ServiceDoors& doors)
    : options_(std::move(options))
    , session_(doors, options_.retry, options_.region) {}

Attempt ApiCaller::attempt(const ApiCall& call) {
    const std::string region = session_.region();
    const Result<Url> url = parse_url(
        options_.endpoint.empty() ? own_endpoint(options_.service, region) : options_.endpoint
    );
    if (!url) {
        Error error = url.error();
        error.context.emplace_back("reading the endpoint of " + options_.service);
        return std::unexpected(ServiceFailure{.error = std::move(error)});
    }
    ServiceRequest request = {
        .http =
            {.method = "POST",
             .url = url->scheme + "://" + url->host + (url->path.empty() ? "/" : url->path),
             .headers = call.headers,
             .upload = upload_of(call.body),
             .idle = idle,
             .body_max = answer_max,
             .stop = call.stop},
        .path = url->path.empty() ? "/" : url->path,
        .payload_hash = encode_hex(sha256(call.body.view())),
        .region = region,
    };
    request.http.headers["host"] = url->host;
    bool has_answer = false;
    const ServiceProtocol protocol = {
        .service = options_.service,
        .judge =
            [&](const HttpResponse& response, const std::string& user) {
                has_answer = true;
                return judge_api_answer(
                    response,
                    {.protocol = options_.protocol,
                     .service = options_.service,
                     .operation = call.operation,
                     .region = region,
                     .subject = call.subject,
                     .user = user}
                );
            },
    };
    Attempt tried = session_.attempt(std::move(request), protocol);
    if (!tried && !has_answer) {
        Error& error = tried.error().error;
        if (error.code == ErrorCode::unavailable) {
            // A wrong region is a host that cannot be found.
            error.help = "is the network up, and is `" + region + "` a region of AWS? " +
                         "AWS_ENDPOINT_URL names another server";
        }
        error.context.emplace_back("calling " + options_.service + " " + call.operation);
    }
    return tried;
}

ApiResult ApiCaller::call(const ApiCall& call) {
    Retrier retrier(session_, call.stop);
    while (true) {
        Attempt tried = attempt(call);
        if (tried) {
            return std::move(*tried);
        }
        if (Result<void> again = retrier.after(tried.error()); !again) {
            return std::unexpected(ApiFailure{
                .error = std::move(again).error(),
                .service_code = tried.error().service_code,
                .is_maybe_done = retrier.is_maybe_done(),
            });
        }
    }
}

} // namespace ducksnest::aws
