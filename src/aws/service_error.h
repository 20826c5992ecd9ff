#pragma once

#include "aws/credentials.h"
#include "base/error.h"
#include "base/time.h"
#include "ports/http.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

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

/// The code of an error, and what to do about it.
struct Verdict {
    ErrorCode code = ErrorCode::invalid;
    Remedy remedy = Remedy::none;
};

/// What a service calls a failure, and what we make of it. Tables of these are searched by name.
struct KnownCode {
    std::string_view name{};
    Verdict verdict{};
};

/// The entry of that name, or null.
const KnownCode* find_code(std::span<const KnownCode> codes, std::string_view name);

/// From the status alone, when the service's code says nothing.
Verdict judge_status(int status);

/// What the head of an answer says, whatever the service: whether it may be done, when to come
/// back, what time it is. Everything else is the caller's.
ServiceFailure begin_failure(const HttpResponse& response, const Verdict& verdict);

/// From a call without an answer.
ServiceFailure judge_error(Error error);

/// There is nobody to sign a call to this service as.
ServiceFailure no_credentials(std::string_view service);

} // namespace ducksnest::aws
