#include "aws/sigv4.h"

#include "base/digest.h"
#include "base/encoding.h"
#include "base/text.h"

#include <algorithm>
#include <vector>

namespace ducksnest::aws {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

/// RFC 3986 section 5.2.4, and empty segments dropped.
std::string normalize(std::string_view path) {
    std::vector<std::string_view> kept;
    for (const std::string_view part : split(path, '/')) {
        if (part == "..") {
            if (!kept.empty()) {
                kept.pop_back();
            }
        } else if (!part.empty() && part != ".") {
            kept.push_back(part);
        }
    }
    std::string out;
    for (const std::string_view part : kept) {
        out += '/';
        out += part;
    }
    const bool is_folder = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    return kept.empty() || is_folder ? out + "/" : out;
}

std::string canonical_path(const std::string& path, PathRule rule) {
    switch (rule) {
    case PathRule::as_sent:
        return path.empty() ? "/" : path;
    case PathRule::normalized_encoded:
        return percent_encode(normalize(path), Slashes::keep);
    }
    return path;
}

/// Without white space around, and with one space for each run of it inside.
std::string canonical_value(std::string_view value) {
    std::string out;
    bool is_gap = false;
    for (const char letter : value) {
        if (letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n') {
            is_gap = !out.empty();
            continue;
        }
        if (is_gap) {
            out += ' ';
        }
        is_gap = false;
        out += letter;
    }
    return out;
}

std::string signed_headers(const HttpHeaders& headers) {
    std::string names;
    for (const auto& [name, value] : headers) {
        names += (names.empty() ? "" : ";") + name;
    }
    return names;
}

std::string credential_scope(const SigningScope& scope) {
    return amz_date(scope.time).substr(0, 8) + "/" + scope.region + "/" + scope.service +
           "/aws4_request";
}

std::string signature(
    const SigningRequest& request, const Credentials& credentials, const SigningScope& scope
) {
    Bytes start = to_bytes("AWS4");
    append(start, credentials.secret_key.view());
    Secret key(std::move(start));
    for (const std::string& part :
         {amz_date(scope.time).substr(0, 8),
          scope.region,
          scope.service,
          std::string("aws4_request")}) {
        Sha256 next = hmac_sha256(key.view(), as_bytes(part));
        key = Secret(ByteView(next));
        wipe(next.data(), next.size());
    }
    return encode_hex(hmac_sha256(key.view(), as_bytes(string_to_sign(request, scope))));
}

} // namespace

std::string amz_date(Instant time) {
    std::string text = format_time(time);
    std::erase_if(text, [](char letter) { return letter == '-' || letter == ':'; });
    return text;
}

std::string canonical_request(const SigningRequest& request, const SigningScope& scope) {
    std::string text = request.method + "\n" + canonical_path(request.path, scope.path_rule) +
                       "\n" + canonical_query(request.query) + "\n";
    for (const auto& [name, value] : request.headers) {
        text += name + ":" + canonical_value(value) + "\n";
    }
    return text + "\n" + signed_headers(request.headers) + "\n" + request.payload_hash;
}

std::string string_to_sign(const SigningRequest& request, const SigningScope& scope) {
    return std::string(algorithm) + "\n" + amz_date(scope.time) + "\n" + credential_scope(scope) +
           "\n" + encode_hex(sha256(as_bytes(canonical_request(request, scope))));
}

HttpHeaders
sign(SigningRequest request, const Credentials& credentials, const SigningScope& scope) {
    request.headers["x-amz-date"] = amz_date(scope.time);
    if (!credentials.session_token.empty()) {
        request.headers["x-amz-security-token"] = credentials.session_token;
    }
    const std::string text = std::string(algorithm) + " Credential=" + credentials.access_key +
                             "/" + credential_scope(scope) +
                             ", SignedHeaders=" + signed_headers(request.headers) +
                             ", Signature=" + signature(request, credentials, scope);
    request.headers["authorization"] = text;
    return std::move(request.headers);
}

std::string presign(
    SigningRequest request,
    const Credentials& credentials,
    const SigningScope& scope,
    Duration lifetime
) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(lifetime).count();
    const std::string credential = credentials.access_key + "/" + credential_scope(scope);
    request.query.emplace_back("X-Amz-Algorithm", algorithm);
    request.query.emplace_back("X-Amz-Credential", credential);
    request.query.emplace_back("X-Amz-Date", amz_date(scope.time));
    request.query.emplace_back("X-Amz-Expires", std::to_string(seconds));
    request.query.emplace_back("X-Amz-SignedHeaders", signed_headers(request.headers));
    if (!credentials.session_token.empty()) {
        request.query.emplace_back("X-Amz-Security-Token", credentials.session_token);
    }
    const std::string proof = signature(request, credentials, scope);
    return canonical_query(request.query) + "&X-Amz-Signature=" + proof;
}

} // namespace ducksnest::aws
