#include "aws/credential_chain.h"

#include "aws/profile.h"
#include "base/json.h"

namespace ducksnest::aws {
namespace {

using Found = Result<std::shared_ptr<const Credentials>>;

constexpr Duration renew_before = Duration(5 * 60'000);
/// On an instance the service answers in milliseconds; elsewhere nobody is there.
constexpr Duration metadata_deadline = Duration(1'000);

std::string member(const Json& json, std::string_view name) {
    const Json* found = json.find(name);
    const std::string* text = found == nullptr ? nullptr : found->as_string();
    return text == nullptr ? std::string() : *text;
}

} // namespace

std::string CredentialChain::variable(std::string_view name) const {
    const auto found = places_.environment.find(name);
    return found == places_.environment.end() ? std::string() : found->second;
}

std::string CredentialChain::profile_name() const {
    if (!places_.profile.empty()) {
        return places_.profile;
    }
    const std::string named = variable("AWS_PROFILE");
    return named.empty() ? "default" : named;
}

Found CredentialChain::get(Instant now, Freshness freshness) {
    const std::lock_guard lock(mutex_);
    const bool is_old =
        cached_ != nullptr && cached_->expires && *cached_->expires - renew_before <= now;
    if (!is_known_ || is_old || freshness == Freshness::reload) {
        Found found = find();
        if (!found) {
            // Those we have are good until they end.
            const bool is_still_good = is_old && *cached_->expires > now;
            if (is_still_good && freshness == Freshness::cached) {
                return cached_;
            }
            return found;
        }
        cached_ = std::move(*found);
        is_known_ = true;
    }
    return cached_;
}

Found CredentialChain::find() {
    if (!places_.profile.empty()) {
        std::shared_ptr<const Credentials> named = TRY(from_profile());
        if (named == nullptr) {
            return fail(
                ErrorCode::unauthenticated,
                "there are no credentials in the AWS profile `" + places_.profile + "`",
                "name another one, or write it: aws configure --profile " + places_.profile
            );
        }
        return named;
    }
    if (auto found = TRY(from_environment()); found != nullptr) {
        return found;
    }
    if (auto found = TRY(from_profile()); found != nullptr) {
        return found;
    }
    return from_instance();
}

Found CredentialChain::from_environment() const {
    const std::string access_key = variable("AWS_ACCESS_KEY_ID");
    const std::string secret_key = variable("AWS_SECRET_ACCESS_KEY");
    if (access_key.empty() && secret_key.empty()) {
        return std::shared_ptr<const Credentials>();
    }
    if (access_key.empty() || secret_key.empty()) {
        return fail(
            ErrorCode::unauthenticated,
            "only one of `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` is set",
            "set both, or neither"
        );
    }
    auto found = std::make_shared<Credentials>();
    found->access_key = access_key;
    found->secret_key = Secret(as_bytes(secret_key));
    found->session_token = variable("AWS_SESSION_TOKEN");
    found->origin = "the environment";
    return found;
}

Found CredentialChain::from_profile() {
    Profile merged;
    for (const auto& [variable_name, default_name] :
         {std::pair{"AWS_CONFIG_FILE", "/.aws/config"},
          std::pair{"AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials"}}) {
        const std::string named = variable(variable_name);
        const std::string path = named.empty() ? places_.home + default_name : named;
        const std::optional<std::string> text = TRY(places_.read_file(path));
        if (!text) {
            continue;
        }
        Profiles profiles = TRY(parse_profiles(*text, path));
        // What stands in the credentials file wins.
        for (auto& [key, value] : profiles[profile_name()]) {
            merged.insert_or_assign(key, std::move(value));
        }
    }
    return profile_credentials(merged, profile_name());
}

Result<Profiles> CredentialChain::config() const {
    const std::string named = variable("AWS_CONFIG_FILE");
    const std::string path = named.empty() ? places_.home + "/.aws/config" : named;
    const std::optional<std::string> text = TRY(places_.read_file(path));
    return text ? parse_profiles(*text, path) : Profiles();
}

Result<std::string> CredentialChain::setting(std::string_view name) {
    Profiles profiles = TRY(config());
    return profile_value(profiles[profile_name()], name);
}

Result<std::string>
CredentialChain::service_setting(std::string_view service, std::string_view name) {
    Profiles profiles = TRY(config());
    const std::string services = profile_value(profiles[profile_name()], "services");
    if (services.empty()) {
        return std::string();
    }
    const std::string nested = std::string(service) + "." + std::string(name);
    return profile_value(profiles[services_section(services)], nested);
}

Result<std::string>
CredentialChain::ask_instance(const std::string& path, const std::string& token) {
    HttpRequest request = {
        .url = places_.metadata_url + path, .deadline = metadata_deadline, .body_max = 65'536
    };
    if (token.empty()) {
        request.method = "PUT";
        request.headers["x-aws-ec2-metadata-token-ttl-seconds"] = "21600";
    } else {
        request.headers["x-aws-ec2-metadata-token"] = token;
    }
    HttpResponse response = TRY(http_.send(request));
    if (!response.is_success()) {
        return fail(
            ErrorCode::unavailable,
            "the instance metadata service answers " + std::to_string(response.status) + " to `" +
                path + "`"
        );
    }
    return std::move(response.body);
}

/// Amazon EC2 User Guide, "Retrieve security credentials from instance metadata".
Found CredentialChain::from_instance() {
    if (variable("AWS_EC2_METADATA_DISABLED") == "true") {
        return std::shared_ptr<const Credentials>();
    }
    const std::string folder = "/latest/meta-data/iam/security-credentials/";
    const Result<std::string> token = ask_instance("/latest/api/token", {});
    if (!token || token->empty()) {
        return std::shared_ptr<const Credentials>();
    }
    const Result<std::string> roles = ask_instance(folder, *token);
    if (!roles || roles->empty()) {
        return std::shared_ptr<const Credentials>();
    }
    const std::string role = roles->substr(0, roles->find_first_of("\r\n"));
    const std::string text = TRY(ask_instance(folder + role, *token));
    const Json json =
        TRY(Json::parse(text, JsonNumbers::any).with("reading the credentials of the role " + role)
        );
    auto found = std::make_shared<Credentials>();
    found->access_key = member(json, "AccessKeyId");
    found->secret_key = Secret(as_bytes(member(json, "SecretAccessKey")));
    found->session_token = member(json, "Token");
    found->origin = "the role `" + role + "` of this instance";
    if (const Result<Instant> expires = parse_time(member(json, "Expiration")); expires) {
        found->expires = *expires;
    }
    if (found->access_key.empty() || found->secret_key.empty()) {
        return fail(
            ErrorCode::unavailable,
            "the instance metadata service has no credentials for the role `" + role +
                "`: " + member(json, "Code"),
            "see whether the role still exists and may be assumed by EC2"
        );
    }
    return found;
}

} // namespace ducksnest::aws
