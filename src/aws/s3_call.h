#pragma once

#include "aws/s3_options.h"
#include "aws/session.h"
#include "aws/uri.h"

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
    bool asks_first = false;            ///< See `HttpRequest`; not signed.
    HttpHeadReceiver on_head{};
    std::stop_token stop{};
};

/// Makes calls to one bucket. Safe to call from several threads.
class S3Caller {
public:
    S3Caller(S3Options options, const S3Doors& doors);

    /// One attempt. With a receiver the body of a success goes there.
    Attempt attempt(const S3Call& call, const HttpReceiver* receiver = nullptr);
    /// As often as the policy says.
    Result<HttpResponse> call(const S3Call& call);

    const S3Options& options() const { return options_; }
    const S3Doors& doors() const { return doors_; }
    /// What calls are made with, and what has been learned from them.
    Session& session() { return session_; }

private:
    struct Target {
        std::string origin{}; ///< "https://host:port".
        std::string host{};
        std::string path{};
    };

    Target target(const std::string& key, const std::string& region) const;
    ServiceRequest request_for(const S3Call& call) const;

    S3Options options_;
    S3Doors doors_;
    Session session_;
};

} // namespace ducksnest::aws
