#pragma once

#include "aws/credentials.h"
#include "aws/profile.h"
#include "ports/http.h"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace ducksnest::aws {

/// What the chain looks at; whoever wires it fills it from the process.
struct CredentialPlaces {
    /// Variables of the environment whose name begins with "AWS_".
    std::map<std::string, std::string, std::less<>> environment{};
    std::string home{}; ///< For `~/.aws`.
    /// A profile the user has named; goes before everything else. "" takes `AWS_PROFILE`.
    std::string profile{};
    /// A whole file, or nothing when it does not exist.
    std::function<Result<std::optional<std::string>>(const std::string& path)> read_file{};
    /// Of the instance metadata service.
    std::string metadata_url = "http://169.254.169.254";
};

/// Credentials in the order of the AWS SDKs: a profile named by the user, the environment, the
/// profile files, the role of the EC2 instance (IMDSv2). Temporary ones are renewed five minutes
/// before they end. A service that does not answer means that there is no role.
class CredentialChain final : public CredentialSource {
public:
    CredentialChain(CredentialPlaces places, Http& http)
        : places_(std::move(places))
        , http_(http) {}

    Result<std::shared_ptr<const Credentials>> get(Instant now, Freshness freshness) override;

    /// `region` or another setting of the profile in use, "" without one.
    Result<std::string> setting(std::string_view name);
    /// The same of one service, in the section that the profile's `services` names: `ec2`,
    /// `endpoint_url`.
    Result<std::string> service_setting(std::string_view service, std::string_view name);

private:
    std::string variable(std::string_view name) const;
    std::string profile_name() const;
    Result<Profiles> config() const;
    Result<std::shared_ptr<const Credentials>> find();
    Result<std::shared_ptr<const Credentials>> from_environment() const;
    Result<std::shared_ptr<const Credentials>> from_profile();
    Result<std::shared_ptr<const Credentials>> from_instance();
    Result<std::string> ask_instance(const std::string& path, const std::string& token);

    CredentialPlaces places_;
    Http& http_;
    std::mutex mutex_{};
    std::shared_ptr<const Credentials> cached_{};
    bool is_known_ = false; ///< Also that there are none.
};

} // namespace ducksnest::aws
