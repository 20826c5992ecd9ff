#include "aws/s3_call.h"

#include "aws/sigv4.h"
#include "base/digest.h"
#include "base/encoding.h"

#include <algorithm>
#include <array>

namespace ducksnest::aws {
namespace {

/// S3 refuses signatures that are 15 minutes off.
constexpr Duration skew_max = Duration(5 * 60'000);
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
    , region_(options_.region) {}

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

Instant S3Caller::now() const {
    return doors_.clock.now() + Duration(clock_offset_ms_);
}

std::string S3Caller::region() const {
    const std::lock_guard lock(mutex_);
    return region_;
}

HttpRequest S3Caller::request_for(const S3Call& call, const Credentials* credentials) const {
    const std::string region_now = region();
    const Target where = target(call.key, region_now);
    HttpRequest request = {
        .method = call.method,
        .url = where.origin + where.path,
        .headers = call.headers,
        .body = call.upload ? std::string() : call.body,
        .upload = call.upload,
        .on_head = call.on_head,
        .idle = idle,
        .body_max = answer_max,
        .stop = call.stop,
    };
    if (!call.query.empty()) {
        request.url += "?" + canonical_query(call.query);
    }
    request.headers["host"] = where.host;
    if (credentials == nullptr) {
        return request;
    }
    const std::string hash =
        call.upload ? call.upload_hash : encode_hex(sha256(as_bytes(call.body)));
    request.headers["x-amz-content-sha256"] = hash;
    request.headers = sign(
        {.method = call.method,
         .path = where.path,
         .query = call.query,
         .headers = std::move(request.headers),
         .payload_hash = hash},
        *credentials,
        {.time = now(), .region = region_now, .service = "s3", .path_rule = PathRule::as_sent}
    );
    return request;
}

Attempt S3Caller::attempt(const S3Call& call, const HttpReceiver* receiver) {
    auto credentials = doors_.credentials.get(now(), Freshness::cached);
    if (!credentials) {
        // Its own message says what to do; asking again would not.
        return std::unexpected(ServiceFailure{.error = std::move(credentials).error()});
    }
    const HttpRequest request = request_for(call, credentials->get());
    Result<HttpResponse> response =
        receiver == nullptr ? doors_.http.send(request) : doors_.http.stream(request, *receiver);
    if (!response) {
        return std::unexpected(judge_error(std::move(response).error()));
    }
    if (!response->is_success()) {
        ServiceFailure failure = judge_answer(
            *response,
            {.method = call.method,
             .bucket =
                 options_.addressing == Addressing::none ? options_.endpoint : options_.bucket,
             .key = call.key,
             .user = *credentials == nullptr ? std::string() : (*credentials)->origin}
        );
        failure.credentials = std::move(*credentials);
        return std::unexpected(std::move(failure));
    }
    return std::move(*response);
}

Result<HttpResponse> S3Caller::call(const S3Call& call) {
    Retrier retrier(*this, call.stop);
    while (true) {
        Attempt tried = attempt(call);
        if (tried) {
            return std::move(*tried);
        }
        TRY(retrier.after(tried.error()));
    }
}

void S3Caller::learn_time(Instant server_time) {
    clock_offset_ms_ = (server_time - doors_.clock.now()).count();
}

bool S3Caller::learn_region(const std::string& region) {
    const std::lock_guard lock(mutex_);
    return std::exchange(region_, region) != region;
}

void S3Caller::reload_credentials(const std::shared_ptr<const Credentials>& refused) {
    // Of many calls that were refused at once only the first one reads them again.
    const std::lock_guard lock(reload_mutex_);
    const auto current = doors_.credentials.get(now(), Freshness::cached);
    if (current && *current == refused) {
        static_cast<void>(doors_.credentials.get(now(), Freshness::reload).has_value());
    }
}

Result<void> Retrier::after(const ServiceFailure& failure) {
    ++attempts_;
    is_maybe_done_ = is_maybe_done_ || failure.is_maybe_done;
    if (!apply(failure)) {
        return std::unexpected(failure.error);
    }
    const Duration pause = pause_for(failure);
    return pause == Duration() ? Result<void>() : caller_.doors().timer.pause(pause, stop_);
}

bool Retrier::apply(const ServiceFailure& failure) {
    const bool is_refused =
        failure.error.code == ErrorCode::denied || failure.error.code == ErrorCode::unauthenticated;
    // A refused HEAD does not say why, but it says what time it is.
    const bool is_skewed = is_refused && failure.server_time &&
                           std::chrono::abs(*failure.server_time - caller_.now()) > skew_max;
    if (failure.remedy == Remedy::clock || is_skewed) {
        if (std::exchange(has_tried_clock_, true) || !failure.server_time) {
            return false;
        }
        caller_.learn_time(*failure.server_time);
        return true;
    }
    switch (failure.remedy) {
    case Remedy::retry:
    case Remedy::slow_down:
        return attempts_ < caller_.options().retry.attempts_max;
    case Remedy::resend:
        return ++resends_ < caller_.options().retry.resends_max;
    case Remedy::credentials:
        if (std::exchange(has_tried_credentials_, true)) {
            return false;
        }
        caller_.reload_credentials(failure.credentials);
        return true;
    case Remedy::region:
        return !failure.region.empty() && !std::exchange(has_tried_region_, true) &&
               (caller_.learn_region(failure.region) || true);
    case Remedy::plain:
        caller_.has_checksums_ = false;
        return !std::exchange(has_tried_plain_, true);
    case Remedy::clock:
    case Remedy::none:
        break;
    }
    return false;
}

Duration Retrier::pause_for(const ServiceFailure& failure) {
    const RetryPolicy& policy = caller_.options().retry;
    const bool is_slow = failure.remedy == Remedy::slow_down;
    if (!is_slow && failure.remedy != Remedy::retry && failure.remedy != Remedy::resend) {
        return {};
    }
    constexpr int doublings_max = 20;
    const std::int64_t base = (is_slow ? policy.slow_base : policy.base).count();
    const std::int64_t full =
        std::min(base << std::clamp(attempts_ - 1, 0, doublings_max), policy.cap.count());
    std::array<std::uint8_t, 4> noise{};
    caller_.doors().random.fill(noise);
    const std::int64_t draw = noise[0] | noise[1] << 8 | noise[2] << 16;
    const Duration pause(full - draw % (full / 2 + 1));
    // On top of what was asked for, or everybody who was sent away comes back in the same instant.
    return failure.retry_after ? *failure.retry_after + pause / 4 : pause;
}

} // namespace ducksnest::aws
