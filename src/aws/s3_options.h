#pragma once

#include "aws/credentials.h"
#include "aws/retry_policy.h"
#include "ports/clock.h"
#include "ports/http.h"
#include "ports/parallel.h"
#include "ports/random.h"
#include "ports/timer.h"

#include <cstdint>
#include <string>

namespace ducksnest::aws {

/// Where the bucket's name stands in a URL.
enum class Addressing : std::uint8_t {
    automatic,    ///< `virtual_host` at AWS, for names without a dot; `path` at an endpoint.
    virtual_host, ///< "https://bucket.s3.region.amazonaws.com/key".
    path,         ///< "https://host/bucket/key".
    none,         ///< "https://host/folder/key": no bucket, a plain web server.
};

struct S3Options {
    std::string bucket{};
    std::string region = "us-east-1";
    /// "http://127.0.0.1:9000"; "" is Amazon S3 in the region.
    std::string endpoint{};
    Addressing addressing = Addressing::automatic;
    RetryPolicy retry{};
    std::uint64_t single_max = 32ULL << 20U; ///< Larger objects go in parts.
    std::uint64_t part_size = 16ULL << 20U;  ///< At least 5 MiB, which is S3's own limit.
};

/// What a store works with; all must outlive it. `parallel` runs the parts of one large upload.
struct S3Doors {
    Http& http;
    Clock& clock;
    Timer& timer;
    Random& random;
    Parallel& parallel;
    CredentialSource& credentials;
};

} // namespace ducksnest::aws
