#include "io/curl_error.h"

#include <fmt/format.h>

namespace ducksnest::io {
namespace {

/// "https://host:port" of a URL: the path may be long, and the query is nobody's business.
std::string_view origin_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
    return url.substr(0, url.find_first_of("/?#", begin));
}

ErrorCode code_of(CURLcode code) {
    switch (static_cast<int>(code)) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return ErrorCode::invalid;
    case CURLE_OPERATION_TIMEDOUT:
        return ErrorCode::timeout;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CLIENTCERT:
        return ErrorCode::unauthenticated;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
        return ErrorCode::corrupt;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
        return ErrorCode::internal;
    default:
        // Everything else is a connection that could not be had or did not last.
        return ErrorCode::unavailable;
    }
}

std::string help_for(CURLcode code, std::string_view detail) {
    if (detail.find("expired") != std::string_view::npos ||
        detail.find("not yet valid") != std::string_view::npos) {
        return "check this machine's clock (`timedatectl`); if it is right, `ducksnest certs "
               "renew`";
    }
    switch (static_cast<int>(code)) {
    case CURLE_COULDNT_CONNECT:
        return "check that the server runs and that address and port are right";
    case CURLE_COULDNT_RESOLVE_HOST:
        return "check the name and this machine's DNS";
    case CURLE_PEER_FAILED_VERIFICATION:
        return "the server's certificate must come from an authority we trust and carry its name; "
               "see `ducksnest certs status`";
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CLIENTCERT:
        return "check our own certificate and key: they must be PEM and belong together";
    default:
        return {};
    }
}

} // namespace

std::unexpected<Error>
curl_failure(CURLcode code, std::string_view detail, const std::string& url) {
    const std::string_view reason = detail.empty() ? curl_easy_strerror(code) : detail;
    // A TLS alert about our certificate comes as a broken connection.
    const bool is_refused = reason.find("alert") != std::string_view::npos &&
                            reason.find("certificate") != std::string_view::npos;
    return fail(
        is_refused ? ErrorCode::unauthenticated : code_of(code),
        fmt::format("cannot talk to `{}`: {}", origin_of(url), reason),
        help_for(code, reason)
    );
}

} // namespace ducksnest::io
