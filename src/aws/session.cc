#include "aws/session.h"

#include <utility>

namespace ducksnest::aws {

Session::Session(const ServiceDoors& doors, const RetryPolicy& retry, std::string region)
    : doors_(doors)
    , retry_(retry)
    , region_(std::move(region)) {}

Instant Session::now() const {
    return doors_.clock.now() + Duration(clock_offset_ms_);
}

std::string Session::region() const {
    const std::lock_guard lock(mutex_);
    return region_;
}

Attempt Session::attempt(
    ServiceRequest request, const ServiceProtocol& protocol, const HttpReceiver* receiver
) {
    auto credentials = doors_.credentials.get(now(), Freshness::cached);
    if (!credentials) {
        // Its own message says what to do; asking again would not.
        return std::unexpected(ServiceFailure{.error = std::move(credentials).error()});
    }
    if (*credentials == nullptr && protocol.anonymity == Anonymity::refused) {
        return std::unexpected(no_credentials(protocol.service));
    }
    if (*credentials != nullptr) {
        request.http.headers.merge(request.signed_only);
        request.http.headers = sign(
            {.method = request.http.method,
             .path = std::move(request.path),
             .query = std::move(request.query),
             .headers = std::move(request.http.headers),
             .payload_hash = std::move(request.payload_hash)},
            **credentials,
            {.time = now(),
             .region = std::move(request.region),
             .service = protocol.service,
             .path_rule = protocol.path_rule}
        );
    }
    Result<HttpResponse> response = receiver == nullptr
                                        ? doors_.http.send(request.http)
                                        : doors_.http.stream(request.http, *receiver);
    if (!response) {
        return std::unexpected(judge_error(std::move(response).error()));
    }
    if (!response->is_success()) {
        ServiceFailure failure = protocol.judge(
            *response, *credentials == nullptr ? std::string() : (*credentials)->origin
        );
        failure.credentials = std::move(*credentials);
        return std::unexpected(std::move(failure));
    }
    return std::move(*response);
}

void Session::learn_time(Instant server_time) {
    clock_offset_ms_ = (server_time - doors_.clock.now()).count();
}

void Session::learn_region(const std::string& region) {
    const std::lock_guard lock(mutex_);
    region_ = region;
}

void Session::reload_credentials(const std::shared_ptr<const Credentials>& refused) {
    // Of many calls that were refused at once only the first one reads them again.
    const std::lock_guard lock(reload_mutex_);
    const auto current = doors_.credentials.get(now(), Freshness::cached);
    if (current && *current == refused) {
        static_cast<void>(doors_.credentials.get(now(), Freshness::reload).has_value());
    }
}

} // namespace ducksnest::aws
