#pragma once

#include "aws/retrier.h"
#include "aws/s3_call.h"
#include "base/digest.h"
#include "ports/object_store.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ducksnest::aws {

/// What the headers of an answer say about an object. `content-range` goes before `content-length`.
ObjectInfo info_of(const HttpResponse& head);

/// One get: takes an object in as many attempts as it needs, goes on where a broken one ended, and
/// never mixes two versions.
class Download {
public:
    Download(
        S3Caller& caller, std::string key, const GetOptions& options, const ByteReceiver& receiver
    )
        : caller_(caller)
        , key_(std::move(key))
        , options_(options)
        , receiver_(receiver)
        , retrier_(caller.session(), options.stop) {}

    Result<ObjectInfo> run();

private:
    S3Call next_call();
    /// Decides by its head whether an answer is what was asked for.
    bool take_head(const HttpResponse& head);
    bool take_piece(std::string_view piece);
    bool is_complete() const;
    Result<ObjectInfo> finish();
    Result<void> go_on(const ServiceFailure& failure);
    std::uint64_t next_byte() const { return options_.range.offset + delivered_; }

    S3Caller& caller_;
    std::string key_;
    const GetOptions& options_;
    const ByteReceiver& receiver_;
    Retrier retrier_;
    std::optional<ObjectInfo> info_{};      ///< From the first answer.
    std::optional<std::uint64_t> wanted_{}; ///< How many bytes, once known.
    std::uint64_t delivered_ = 0;
    std::uint64_t skip_ = 0; ///< Bytes to drop: a server without ranges begins at the front.
    std::string checksum_{}; ///< Base64 SHA-256 that the store keeps of the whole object.
    Sha256Hasher hasher_{};
    std::optional<Error> refusal_{};
    bool has_enough_ = false; ///< The receiver said so.
};

} // namespace ducksnest::aws
