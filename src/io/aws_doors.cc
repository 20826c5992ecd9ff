#include "io/aws_doors.h"

#include "io/environment.h"
#include "io/file_bytes.h"
#include "io/file_descriptor.h"
#include "io/os_error.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cctype>
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

aws::CredentialPlaces
places_of_process(const std::string& profile, const std::string& metadata_url) {
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
        .metadata_url = metadata_url,
    };
    if (const auto url = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT"); url && !url->empty()) {
        places.metadata_url = url->substr(0, url->find_last_not_of('/') + 1);
    }
    for (const char* name : names) {
        if (const auto value = variable(name); value && !value->empty()) {
            places.environment[name] = *value;
        }
    }
    return places;
}

} // namespace

AwsDoors::AwsDoors(const std::string& profile, HttpOptions http, const std::string& metadata_url)
    : metadata_http_({.connect_timeout = Duration(1'000)})
    , credentials_(places_of_process(profile, metadata_url), metadata_http_)
    , http_(std::move(http))
    , threads_(parts_at_once) {}

aws::ServiceDoors AwsDoors::service() {
    return {http_, clock_, timer_, random_, credentials_};
}

aws::S3Doors AwsDoors::s3() {
    return {http_, clock_, timer_, random_, threads_, credentials_};
}

Result<std::string> AwsDoors::endpoint(std::string_view service) {
    const std::string ignored = first_variable({"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"});
    if (ignored == "true" ||
        (ignored.empty() && TRY(credentials_.setting("ignore_configured_endpoint_urls")) == "true"
        )) {
        return std::string();
    }
    std::string url =
        first_variable({"AWS_ENDPOINT_URL_" + std::string(service), "AWS_ENDPOINT_URL"});
    if (url.empty()) {
        std::string name(service);
        std::ranges::transform(name, name.begin(), [](unsigned char letter) {
            return static_cast<char>(std::tolower(letter));
        });
        url = TRY(credentials_.service_setting(name, "endpoint_url"));
    }
    return url.empty() ? credentials_.setting("endpoint_url") : url;
}

std::string first_variable(std::initializer_list<std::string> names) {
    for (const std::string& name : names) {
        if (auto value = variable(name); value && !value->empty()) {
            return *value;
        }
    }
    return {};
}

} // namespace ducksnest::io
