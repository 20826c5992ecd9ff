#pragma once

#include "aws/credentials.h"
#include "aws/retry_policy.h"
#include "aws/service_error.h"
#include "aws/sigv4.h"
#include "base/time.h"
#include "ports/clock.h"
#include "ports/http.h"
#include "ports/random.h"
#include "ports/timer.h"

#include <atomic>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace ducksnest::aws {

/// What a service is spoken to with; all must outlive it.
struct ServiceDoors {
    Http& http;
    Clock& clock;
    Timer& timer;
    Random& random;
    CredentialSource& credentials;
};

/// An answer that is a success, or what went wrong.
using Attempt = std::expected<HttpResponse, ServiceFailure>;

/// Whether a call may go out without a signature when there are no credentials.
enum class Anonymity : std::uint8_t { allowed, refused };

/// A request that is complete but for its signature.
struct ServiceRequest {
    HttpRequest http{}; ///< With the header `host`.
    std::string path{}; ///< As it stands in the URL, percent-encoded.
    Query query{};
    std::string payload_hash{}; ///< SHA-256 of the body in hexadecimal.
    HttpHeaders signed_only{};  ///< Headers that only a request with a signature has.
    std::string region{};
};

/// What a service's own protocol adds to a call.
struct ServiceProtocol {
    std::string service{}; ///< As it is signed: "s3", "ec2".
    PathRule path_rule = PathRule::normalized_encoded;
    Anonymity anonymity = Anonymity::refused;
    /// From an answer that is no success; `user` is where the credentials come from, "" without.
    std::function<ServiceFailure(const HttpResponse& response, const std::string& user)> judge{};
};

/// Signs calls to one service and makes them. Keeps what it has learned from failures: the server's
/// time, the region, whether it knows checksums. Safe to call from several threads.
class Session {
public:
    Session(const ServiceDoors& doors, const RetryPolicy& retry, std::string region);

    /// One attempt. With a receiver the body of a success goes there.
    Attempt attempt(
        ServiceRequest request,
        const ServiceProtocol& protocol,
        const HttpReceiver* receiver = nullptr
    );

    const ServiceDoors& doors() const { return doors_; }
    const RetryPolicy& retry() const { return retry_; }
    std::string region() const;
    /// Whether optional checksum headers are sent: until a server says that it does not know them.
    bool has_checksums() const { return has_checksums_; }

private:
    friend class Retrier;

    Instant now() const;
    void learn_time(Instant server_time);
    void learn_region(const std::string& region);
    void reload_credentials(const std::shared_ptr<const Credentials>& refused);

    ServiceDoors doors_;
    RetryPolicy retry_;
    std::atomic<std::int64_t> clock_offset_ms_ = 0;
    std::atomic<bool> has_checksums_ = true;
    mutable std::mutex mutex_{};
    std::string region_;
    std::mutex reload_mutex_{};
};

} // namespace ducksnest::aws
