#pragma once

#include "aws/credentials.h"
#include "base/error.h"
#include "base/time.h"
#include "ports/http.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace ducksnest::aws {

/// What helps against a failure.
enum class Remedy : std::uint8_t {
    none,
    retry,       ///< It passes by itself.
    slow_down,   ///< It passes when we ask less.
    resend,      ///< Bytes changed on the way; a wrong digest of ours would come again.
    clock,       ///< Sign with the server's time.
    credentials, ///< Read them again.
    region,      ///< Ask in the region that it names.
    plain,       ///< Leave out the optional checksum header.
};

/// A failed call, and what to do about it.
struct ServiceFailure {
    Error error{};
    Remedy remedy = Remedy::none;
    std::string service_code{}; ///< "NoSuchKey"; "" when the answer has none.
    std::string region{};       ///< With `Remedy::region`.
    std::optional<Duration> retry_after{};
    std::optional<Instant> server_time{};
    std::shared_ptr<const Credentials> credentials{}; ///< That the call was signed with.
    /// The call may have been carried out: its answer was lost, or is a server's trouble.
    bool is_maybe_done = false;
};

/// What was asked, for messages.
struct CallName {
    std::string method{};
    std::string bucket{};
    std::string key{};  ///< "" when it is about the bucket.
    std::string user{}; ///< Where the credentials come from; "" without.
};

/// From an answer that is no success (Amazon S3 API Reference, "Error responses").
ServiceFailure judge_answer(const HttpResponse& response, const CallName& call);

/// From a call without an answer.
ServiceFailure judge_error(Error error);

} // namespace ducksnest::aws
