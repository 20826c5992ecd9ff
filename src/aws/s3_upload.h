#pragma once

#include "aws/s3_call.h"
#include "ports/object_store.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ducksnest::aws {

/// One put: in one piece, or as a multipart upload whose parts go at once. After a lost answer it
/// finds out whether its write took place: each write that has a condition or parts carries a name
/// of its own in the object's metadata.
class Upload {
public:
    Upload(
        S3Caller& caller, std::string key, const ObjectSource& source, const PutOptions& options
    );

    Result<ObjectInfo> run();

private:
    struct Part {
        std::uint64_t number = 1;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };

    /// Headers of the call that makes the object.
    HttpHeaders headers() const;
    void add_conditions(HttpHeaders& headers) const;
    Result<ObjectInfo> put_whole(const ObjectSource& source, std::uint64_t size);
    Result<ObjectInfo> put_stream();
    Result<ObjectInfo> put_parts(const std::function<Result<void>(Upload&)>& send_parts);
    Result<void> send_known_parts();
    Result<void> send_stream_parts(std::vector<Bytes>& first);
    Result<void> send_part(const ObjectSource& source, const Part& part);
    Result<void> send_buffers(std::vector<Bytes>& buffers, std::uint64_t first_number);
    Result<void> check_source() const;
    Result<ObjectInfo> complete();
    void abort();
    /// What is stored, when it is this very write; otherwise `failure`.
    Result<ObjectInfo> recover(const Error& failure);
    Error failed_condition(Error failure) const;

    S3Caller& caller_;
    std::string key_;
    const ObjectSource& source_;
    const PutOptions& options_;
    std::string writer_{}; ///< Names this write; "" when it needs no name.
    std::string upload_id_{};
    std::vector<std::string> etags_{}; ///< Of the parts, in order.
    std::uint64_t size_ = 0;
};

/// SHA-256 of `size` bytes of a source from an offset on; `invalid` when it has fewer.
Result<Sha256> source_sha256(const ObjectSource& source, std::uint64_t offset, std::uint64_t size);

} // namespace ducksnest::aws
