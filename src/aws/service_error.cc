#include "aws/service_error.h"

#include "aws/http_date.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace ducksnest::aws {
namespace {

std::optional<Duration> retry_after(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || failed != std::errc() || end != text.data() + text.size() || seconds < 0) {
        return std::nullopt;
    }
    constexpr std::int64_t seconds_max = 3600;
    return std::chrono::seconds(std::min(seconds, seconds_max));
}

} // namespace

const KnownCode* find_code(std::span<const KnownCode> codes, std::string_view name) {
    const auto found = std::ranges::find(codes, name, &KnownCode::name);
    return found == codes.end() ? nullptr : &*found;
}

Verdict judge_status(int status) {
    switch (status) {
    case 301:
    case 307:
        return {ErrorCode::invalid, Remedy::region};
    case 401:
        return {ErrorCode::unauthenticated, Remedy::credentials};
    case 403:
        return {ErrorCode::denied};
    case 404:
        return {ErrorCode::not_found};
    case 408:
        return {ErrorCode::timeout, Remedy::retry};
    case 409:
    case 412:
        return {ErrorCode::conflict};
    case 429:
    case 503:
        return {ErrorCode::unavailable, Remedy::slow_down};
    case 501:
        return {ErrorCode::unsupported};
    default:
        return status >= 500 ? Verdict{ErrorCode::unavailable, Remedy::retry}
                             : Verdict{ErrorCode::invalid};
    }
}

ServiceFailure begin_failure(const HttpResponse& response, const Verdict& verdict) {
    ServiceFailure failure;
    failure.remedy = verdict.remedy;
    failure.error.code = verdict.code;
    failure.retry_after = retry_after(response.header("retry-after"));
    failure.server_time = parse_http_date(response.header("date"));
    failure.is_maybe_done = response.status >= 500 && verdict.remedy != Remedy::slow_down;
    return failure;
}

ServiceFailure judge_error(Error error) {
    const bool is_passing =
        error.code == ErrorCode::unavailable || error.code == ErrorCode::timeout;
    return {
        .error = std::move(error),
        .remedy = is_passing ? Remedy::retry : Remedy::none,
        .is_maybe_done = is_passing,
    };
}

ServiceFailure no_credentials(std::string_view service) {
    return {
        .error =
            {.code = ErrorCode::unauthenticated,
             .message = "there are no AWS credentials for `" + std::string(service) + "`",
             .help = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile in "
                     "AWS_PROFILE; an instance needs a role"},
    };
}

} // namespace ducksnest::aws
