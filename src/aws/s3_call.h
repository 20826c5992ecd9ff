#pragma once

#include "aws/s3_options.h"
#include "aws/service_error.h"
#include "aws/uri.h"

#include <atomic>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace ducksnest::aws {

struct S3Call {
    std::string method = "GET";
    std::string key{}; ///< "" for the bucket itself.
    Query query{};
    HttpHeaders headers{};
    std::string body{};
    std::optional<HttpUpload> upload{}; ///< Takes the place of `body`.
    std::string upload_hash{};          ///< SHA-256 of `upload` in hexadecimal.
    HttpHeadReceiver on_head{};
    std::stop_token stop{};
};

/// An answer that is a success, or what went wrong.
using Attempt = std::expected<HttpResponse, ServiceFailure>;

/// Signs calls to one bucket and makes them. Keeps what it has learned from failures: the server's
/// time, the bucket's region, whether it knows checksums. Safe to call from several threads.
class S3Caller {
public:
    S3Caller(S3Options options, const S3Doors& doors);

    /// One attempt. With a receiver the body of a success goes there.
    Attempt attempt(const S3Call& call, const HttpReceiver* receiver = nullptr);
    /// As often as the policy says.
    Result<HttpResponse> call(const S3Call& call);

    const S3Options& options() const { return options_; }
    const S3Doors& doors() const { return doors_; }
    /// Whether optional checksum headers are sent: until a server says that it does not know them.
    bool has_checksums() const { return has_checksums_; }

private:
    friend class Retrier;

    struct Target {
        std::string origin{}; ///< "https://host:port".
        std::string host{};
        std::string path{};
    };

    Target target(const std::string& key, const std::string& region) const;
    Instant now() const;
    std::string region() const;
    HttpRequest request_for(const S3Call& call, const Credentials* credentials) const;
    void learn_time(Instant server_time);
    bool learn_region(const std::string& region);
    void reload_credentials(const std::shared_ptr<const Credentials>& refused);

    S3Options options_;
    S3Doors doors_;
    std::atomic<std::int64_t> clock_offset_ms_ = 0;
    std::atomic<bool> has_checksums_ = true;
    mutable std::mutex mutex_{};
    std::string region_;
    std::mutex reload_mutex_{};
};

/// Decides after each failed attempt of one call whether to try again, and waits.
class Retrier {
public:
    Retrier(S3Caller& caller, std::stop_token stop)
        : caller_(caller)
        , stop_(std::move(stop)) {}

    /// Success: try again. Otherwise the failure, which is final.
    Result<void> after(const ServiceFailure& failure);
    /// Something was achieved: the attempts count anew.
    void has_progressed() { attempts_ = 0; }
    /// Whether one of the failed attempts may have been carried out.
    bool is_maybe_done() const { return is_maybe_done_; }

private:
    /// Whether the remedy may help, each kind only so often.
    bool apply(const ServiceFailure& failure);
    Duration pause_for(const ServiceFailure& failure);

    S3Caller& caller_;
    std::stop_token stop_;
    int attempts_ = 0;
    int resends_ = 0;
    bool has_tried_clock_ = false;
    bool has_tried_credentials_ = false;
    bool has_tried_region_ = false;
    bool has_tried_plain_ = false;
    bool is_maybe_done_ = false;
};

} // namespace ducksnest::aws
