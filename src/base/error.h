#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest {

/// Why something failed, in the few kinds a caller can act on. The code alone decides about
/// retries: `unavailable` and `timeout` retry the call, `conflict` and `aborted` read again and
/// replan, the rest stop.
enum class ErrorCode : std::uint8_t {
    not_found,
    conflict,
    invalid,
    unauthenticated,
    denied,
    unavailable,
    timeout,
    aborted,
    corrupt,
    unsupported,
    interrupted,
    internal,
};

/// The world said no. One sentence, lower case, no full stop, names in backticks; what to do about
/// it stands in `help`.
struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message{};
    std::vector<std::string> context{}; ///< Innermost first: "reading `secrets/index.json`".
    std::string help{};
};

/// The standard spelling of a code, as shown in JSON output: "not_found".
std::string_view to_string(ErrorCode code);

/// "context: context: message", outermost context first, without the help.
std::string describe(const Error& error);

} // namespace ducksnest
