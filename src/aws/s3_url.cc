#include "aws/s3_url.h"

#include "aws/uri.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <vector>

namespace ducksnest::aws {
namespace {

/// Settings of every Nix store, of every binary cache, and of uploads to S3.
constexpr std::array<std::string_view, 26> settings_of_others = {
    "buffer-size",
    "compression",
    "compression-level",
    "index-debug-info",
    "local-nar-cache",
    "log-compression",
    "ls-compression",
    "multipart-chunk-size",
    "multipart-threshold",
    "multipart-upload",
    "narinfo-compression",
    "parallel-compression",
    "path-info-cache-size",
    "priority",
    "secret-key",
    "secret-keys",
    "signing-key",
    "storage-class",
    "store",
    "system-features",
    "trusted",
    "version",
    "want-mass-query",
    "write-nar-listing",
    "max-connections",
    "versionId",
};

std::unexpected<Error> unknown(const std::string& name) {
    const std::vector<std::string> known = {
        "addressing-style", "endpoint", "profile", "region", "scheme"
    };
    const auto near = closest(name, known);
    return fail(
        ErrorCode::invalid,
        "an S3 URL has no parameter `" + name + "`",
        near ? "did you mean `" + *near + "`?" : "it knows " + join(known, ", ")
    );
}

Result<Addressing> parse_addressing(const std::string& value) {
    if (value == "auto") {
        return Addressing::automatic;
    }
    if (value == "path") {
        return Addressing::path;
    }
    if (value == "virtual") {
        return Addressing::virtual_host;
    }
    return fail(
        ErrorCode::invalid,
        "`addressing-style=" + value + "` is unknown",
        "one of auto, path, virtual"
    );
}

/// Amazon S3 User Guide, "Bucket naming rules", as far as other servers keep them too.
Result<void> check_bucket(const std::string& bucket) {
    const bool is_right =
        bucket.size() >= 3 && bucket.size() <= 63 && std::ranges::all_of(bucket, [](char letter) {
            return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                   letter == '-' || letter == '.';
        });
    if (!is_right) {
        return fail(
            ErrorCode::invalid,
            "`" + bucket + "` is no name of a bucket",
            "3 to 63 lower-case letters, digits, `-` and `.`"
        );
    }
    return {};
}

} // namespace

Result<S3Url> parse_s3_url(std::string_view text) {
    const Url url = TRY(parse_url(text));
    S3Url parsed;
    TRY(check_bucket(url.host));
    parsed.options.bucket = url.host;
    if (!url.path.empty() && url.path != "/") {
        return fail(
            ErrorCode::invalid,
            "`" + std::string(text) + "` names a folder in a bucket",
            "Nix knows only whole buckets: s3://" + url.host
        );
    }
    std::string scheme = "https";
    for (const auto& [name, value] : url.query) {
        if (name == "region") {
            parsed.options.region = value;
            parsed.has_region = true;
        } else if (name == "endpoint") {
            parsed.options.endpoint = value;
            parsed.has_endpoint = !value.empty();
        } else if (name == "profile") {
            parsed.profile = value;
        } else if (name == "scheme") {
            if (value != "http" && value != "https") {
                return fail(
                    ErrorCode::invalid, "`scheme=" + value + "` is unknown", "one of http, https"
                );
            }
            scheme = value;
        } else if (name == "addressing-style") {
            parsed.options.addressing = TRY(parse_addressing(value));
        } else if (std::ranges::find(settings_of_others, name) == settings_of_others.end()) {
            return unknown(name);
        }
    }
    if (parsed.has_endpoint && parsed.options.endpoint.find("://") == std::string::npos) {
        parsed.options.endpoint = scheme + "://" + parsed.options.endpoint;
    }
    return parsed;
}

} // namespace ducksnest::aws
