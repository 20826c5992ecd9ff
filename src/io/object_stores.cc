#include "io/object_stores.h"

#include "aws/credential_chain.h"
#include "aws/s3_store.h"
#include "aws/s3_url.h"
#include "io/curl_http.h"
#include "io/environment.h"
#include "io/file_bytes.h"
#include "io/file_descriptor.h"
#include "io/folder_store.h"
#include "io/fresh_threads.h"
#include "io/os_error.h"
#include "io/os_random.h"
#include "io/steady_timer.h"
#include "io/system_clock.h"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <optional>

namespace ducksnest::io {
namespace {

/// Parts of one upload that are on their way at once: each is long, so few fill a link.
constexpr std::size_t parts_at_once = 4;

Result<std::optional<std::string>> read_small_file(const std::string& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return std::optional<std::string>();
        }
        return os_failure("read", path, errno);
    }
    Bytes bytes = TRY(read_all(file.get(), path));
    std::string text(as_text(bytes));
    wipe(bytes.data(), bytes.size());
    return std::optional(std::move(text));
}

aws::CredentialPlaces places_of_process(const std::string& profile, const StoreOptions& options) {
    constexpr std::array names = {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_EC2_METADATA_DISABLED",
    };
    aws::CredentialPlaces places = {
        .home = variable("HOME").value_or(""),
        .profile = profile,
        .read_file = read_small_file,
        .metadata_url = options.metadata_url,
    };
    for (const char* name : names) {
        if (const auto value = variable(name); value && !value->empty()) {
            places.environment[name] = *value;
        }
    }
    return places;
}

/// The first of the variables that is set and not empty.
std::string first_variable(std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (auto value = variable(name); value && !value->empty()) {
            return *value;
        }
    }
    return {};
}

/// The real doors of a store.
struct Doors {
    Doors(const std::string& profile, StoreOptions options)
        : metadata_http({.connect_timeout = Duration(1'000)})
        , credentials(places_of_process(profile, options), metadata_http)
        , http(std::move(options.http)) {}

    aws::S3Doors all() { return {http, clock, timer, random, threads, credentials}; }

    CurlHttp metadata_http;
    aws::CredentialChain credentials;
    CurlHttp http;
    SystemClock clock{};
    SteadyTimer timer{};
    OsRandom random{};
    FreshThreads threads{parts_at_once};
};

/// A store together with its doors.
template <class Store>
class WithDoors final : public ObjectStore {
public:
    WithDoors(std::unique_ptr<Doors> doors, aws::S3Options options, aws::CredentialSource* source)
        : doors_(std::move(doors))
        , store_(std::move(options), with_credentials(doors_->all(), source)) {}

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

    std::unique_ptr<Doors> doors_;
    Store store_;
};

Result<std::unique_ptr<ObjectStore>> open_s3(const std::string& text, StoreOptions options) {
    aws::S3Url url = TRY(aws::parse_s3_url(text));
    url.options.retry = options.retry;
    if (!url.has_endpoint) {
        url.options.endpoint = first_variable({"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"});
    }
    auto doors = std::make_unique<Doors>(url.profile, std::move(options));
    if (!url.has_region) {
        std::string region = first_variable({"AWS_REGION", "AWS_DEFAULT_REGION"});
        if (region.empty()) {
            region = TRY(doors->credentials.setting("region"));
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
            std::make_unique<Doors>("", std::move(options)), std::move(endpoint), &nobody
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
