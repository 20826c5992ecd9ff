#include "io/object_stores.h"

#include "aws/s3_store.h"
#include "aws/s3_url.h"
#include "io/aws_doors.h"
#include "io/folder_store.h"

namespace ducksnest::io {
namespace {

/// A store together with its doors.
template <class Store>
class WithDoors final : public ObjectStore {
public:
    WithDoors(
        std::unique_ptr<AwsDoors> doors, aws::S3Options options, aws::CredentialSource* source
    )
        : doors_(std::move(doors))
        , store_(std::move(options), with_credentials(doors_->s3(), source)) {}

    Result<ObjectInfo>
    get(const std::string& key, const GetOptions& options, const ByteReceiver& receiver) override {
        return store_.get(key, options, receiver);
    }
    Result<ObjectInfo>
    put(const std::string& key, const ObjectSource& source, const PutOptions& options) override {
        return store_.put(key, source, options);
    }
    Result<std::optional<ObjectInfo>> head(const std::string& key) override {
        return store_.head(key);
    }
    Result<void> list(const ListQuery& query, const EntryReceiver& receiver) override {
        return store_.list(query, receiver);
    }
    Result<void> remove(const std::string& key) override { return store_.remove(key); }

private:
    static aws::S3Doors with_credentials(aws::S3Doors doors, aws::CredentialSource* source) {
        return {
            doors.http,
            doors.clock,
            doors.timer,
            doors.random,
            doors.parallel,
            source == nullptr ? doors.credentials : *source
        };
    }

    std::unique_ptr<AwsDoors> doors_;
    Store store_;
};

Result<std::unique_ptr<ObjectStore>> open_s3(const std::string& text, StoreOptions options) {
    aws::S3Url url = TRY(aws::parse_s3_url(text));
    url.options.retry = options.retry;
    auto doors =
        std::make_unique<AwsDoors>(url.profile, std::move(options.http), options.metadata_url);
    if (!url.has_endpoint) {
        url.options.endpoint = TRY(doors->endpoint("S3"));
    }
    if (!url.has_region) {
        std::string region = first_variable({"AWS_REGION", "AWS_DEFAULT_REGION"});
        if (region.empty()) {
            region = TRY(doors->credentials().setting("region"));
        }
        url.options.region = region.empty() ? url.options.region : region;
    }
    return std::make_unique<WithDoors<aws::S3Store>>(
        std::move(doors), std::move(url.options), nullptr
    );
}

} // namespace

Result<std::unique_ptr<ObjectStore>>
open_object_store(const std::string& url, StoreOptions options) {
    constexpr std::string_view file_scheme = "file://";
    const std::size_t colon = url.find("://");
    if (url.starts_with("s3://")) {
        return open_s3(url, std::move(options));
    }
    if (url.starts_with("http://") || url.starts_with("https://")) {
        static aws::FixedCredentials nobody(nullptr);
        aws::S3Options endpoint = {.endpoint = url, .retry = options.retry};
        return std::make_unique<WithDoors<aws::HttpStore>>(
            std::make_unique<AwsDoors>("", std::move(options.http), options.metadata_url),
            std::move(endpoint),
            &nobody
        );
    }
    if (url.starts_with(file_scheme)) {
        const std::string folder = url.substr(file_scheme.size());
        if (!folder.starts_with('/')) {
            return fail(
                ErrorCode::invalid,
                "`" + url + "` names no folder of this machine",
                "write file:///absolute/path, or only the path"
            );
        }
        return std::make_unique<FolderStore>(folder.substr(0, folder.find('?')));
    }
    if (colon != std::string::npos) {
        return fail(
            ErrorCode::invalid,
            "there is no kind of store `" + url.substr(0, colon) + "`",
            "one of s3://bucket, file:///folder, http://host, https://host, or a path"
        );
    }
    if (url.empty()) {
        return fail(ErrorCode::invalid, "the store's URL is empty", "s3://bucket, or a path");
    }
    return std::make_unique<FolderStore>(url);
}

} // namespace ducksnest::io
