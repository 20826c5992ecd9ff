#include "kube/status.h"

#include "kube/object.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ranges>

namespace ducksnest::kube {
namespace {

constexpr std::size_t causes_max = 8;

bool has_cause(const Json& status, std::string_view reason) {
    const Json* causes = at_path(status, "details.causes");
    const Json::Array* list = causes == nullptr ? nullptr : causes->as_array();
    return list != nullptr && std::ranges::any_of(*list, [&](const Json& cause) {
               return text_at(cause, "reason") == reason;
           });
}

/// What an apply says of a field that the kind does not have or that has another type. It comes
/// with status 500 and no reason, as a lost etcd does, so only the text tells the two apart.
std::string_view schema_violation(std::string_view message) {
    if (!message.starts_with("failed to create typed patch object")) {
        return {};
    }
    const std::size_t end = message.find("): ");
    return end == std::string_view::npos ? message : message.substr(end + 3);
}

/// A cluster IP that a service on its way out, or one that another call is just creating, still
/// holds: 422, as if the object were wrong, and gone a moment later.
bool is_address_still_held(const Json& status) {
    return text_at(status, "message").contains("provided IP is already allocated");
}

ErrorCode code_of(int http_status, const Json& status) {
    switch (http_status) {
    case 401:
        return ErrorCode::unauthenticated;
    case 403:
        // A namespace on its way out takes nothing more, but another may come under its name.
        return has_cause(status, "NamespaceTerminating") ? ErrorCode::conflict : ErrorCode::denied;
    case 404:
        return ErrorCode::not_found;
    case 405:
    case 406:
    case 415:
        return ErrorCode::unsupported;
    case 409:
        return ErrorCode::conflict;
    case 410:
        return ErrorCode::aborted;
    case 422:
        return is_address_still_held(status) ? ErrorCode::conflict : ErrorCode::invalid;
    case 429:
        return has_cause(status, "DisruptionBudget") ? ErrorCode::conflict : ErrorCode::unavailable;
    case 504:
        return ErrorCode::timeout;
    default:
        return http_status >= 500 ? ErrorCode::unavailable : ErrorCode::invalid;
    }
}

std::string help_of(ErrorCode code) {
    if (code == ErrorCode::unauthenticated) {
        return "the API server does not accept our certificate or token: check this machine's "
               "clock, "
               "then `ducksnest certs status`";
    }
    if (code == ErrorCode::denied) {
        return "the identity in the kubeconfig lacks this right; bootstrap needs `system:masters` "
               "or "
               "`cluster-admin`";
    }
    return {};
}

/// One line per field that was refused: "spec.replicas: Invalid value: -1: must be …".
std::string causes_text(const Json& status) {
    const Json* causes = at_path(status, "details.causes");
    const Json::Array* list = causes == nullptr ? nullptr : causes->as_array();
    if (list == nullptr) {
        return {};
    }
    std::string text;
    for (const Json& cause : *list | std::views::take(causes_max)) {
        const std::string field = text_at(cause, "field");
        text +=
            fmt::format("\n  {}{}{}", field, field.empty() ? "" : ": ", text_at(cause, "message"));
    }
    if (list->size() > causes_max) {
        text += fmt::format("\n  and {} more", list->size() - causes_max);
    }
    return text;
}

Error make_error(int http_status, const Json& status, std::string_view subject) {
    Error error;
    error.code = code_of(http_status, status);
    const std::string message = text_at(status, "message");
    const std::string causes = causes_text(status);
    if (const std::string_view violation = schema_violation(message); !violation.empty()) {
        error.code = ErrorCode::invalid;
        error.message = fmt::format("the API server refuses `{}`:\n  {}", subject, violation);
    } else if (!causes.empty() && error.code == ErrorCode::invalid) {
        // The message of a Status with causes only strings them together on one line.
        error.message = fmt::format("the API server refuses `{}`:{}", subject, causes);
    } else if (!message.empty()) {
        error.message = fmt::format("`{}`: {}", subject, message);
    } else {
        error.message = fmt::format("`{}`: the API server answers {}", subject, http_status);
    }
    error.help = help_of(error.code);
    return error;
}

} // namespace

Error error_of(const HttpResponse& response, std::string_view subject) {
    const Result<Json> body = Json::parse(response.body, JsonNumbers::any);
    const bool is_status = body && text_at(*body, "kind") == "Status";
    return make_error(response.status, is_status ? *body : Json(), subject);
}

Error error_of_status(const Json& status, std::string_view subject) {
    return make_error(static_cast<int>(int_at(status, "code", 500)), status, subject);
}

std::optional<Duration> retry_after(const HttpResponse& response) {
    const std::string_view text = response.header("retry-after");
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || seconds < 0) {
        return std::nullopt;
    }
    return std::chrono::seconds(seconds);
}

} // namespace ducksnest::kube
