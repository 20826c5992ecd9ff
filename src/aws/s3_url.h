#pragma once

#include "aws/s3_options.h"

#include <string>
#include <string_view>

namespace ducksnest::aws {

/// A bucket as it is named in a URL.
struct S3Url {
    S3Options options{};
    std::string profile{};   ///< "" when the URL names none.
    bool has_region = false; ///< Otherwise the environment or the profile may say it.
    bool has_endpoint = false;
};

/// "s3://bucket?region=…&endpoint=…&profile=…&scheme=…&addressing-style=…" in the spelling of the
/// Nix manual ("S3 Binary Cache Store"). Parameters that are about the cache and not about the
/// bucket, `compression` for one, are left to others; unknown ones are `invalid`.
Result<S3Url> parse_s3_url(std::string_view text);

} // namespace ducksnest::aws
