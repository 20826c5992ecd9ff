#pragma once

#include "aws/s3_call.h"
#include "ports/object_store.h"

namespace ducksnest::aws {

/// A bucket of Amazon S3, or of another server that speaks its protocol.
class S3Store final : public ObjectStore {
public:
    S3Store(S3Options options, const S3Doors& doors)
        : caller_(std::move(options), doors) {}

    Result<ObjectInfo>
    get(const std::string& key, const GetOptions& options, const ByteReceiver& receiver) override;
    Result<ObjectInfo>
    put(const std::string& key, const ObjectSource& source, const PutOptions& options) override;
    Result<std::optional<ObjectInfo>> head(const std::string& key) override;
    Result<void> list(const ListQuery& query, const EntryReceiver& receiver) override;
    Result<void> remove(const std::string& key) override;

private:
    S3Caller caller_;
};

/// What a plain web server offers of a bucket, as Nix serves its caches: reading by key. Listing
/// and conditions are `unsupported`, writing is `denied`.
class HttpStore final : public ObjectStore {
public:
    /// `options.endpoint` is the URL that keys are appended to.
    HttpStore(S3Options options, const S3Doors& doors);

    Result<ObjectInfo>
    get(const std::string& key, const GetOptions& options, const ByteReceiver& receiver) override;
    Result<ObjectInfo>
    put(const std::string& key, const ObjectSource& source, const PutOptions& options) override;
    Result<std::optional<ObjectInfo>> head(const std::string& key) override;
    Result<void> list(const ListQuery& query, const EntryReceiver& receiver) override;
    Result<void> remove(const std::string& key) override;

private:
    S3Caller caller_;
};

} // namespace ducksnest::aws
