#pragma once

#include "base/json.h"
#include "base/result.h"
#include "ports/http.h"

#include <optional>
#include <string_view>

namespace ducksnest::kube {

/// What an API server's answer other than 2xx means: its Status object (meta/v1) where it sent one,
/// else the HTTP status. `subject` names what was asked for: "Deployment kube-system/coredns".
Error error_of(const HttpResponse& response, std::string_view subject);

/// The same for a Status object inside a stream, as a watch sends it.
Error error_of_status(const Json& status, std::string_view subject);

/// The `Retry-After` header (RFC 9110 section 10.2.3) where it counts seconds; a date is ignored.
std::optional<Duration> retry_after(const HttpResponse& response);

} // namespace ducksnest::kube
