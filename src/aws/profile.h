#pragma once

#include "aws/credentials.h"
#include "base/result.h"

#include <map>
#include <string>
#include <string_view>

namespace ducksnest::aws {

/// The settings of one profile: "region" to "eu-central-1".
using Profile = std::map<std::string, std::string, std::less<>>;
using Profiles = std::map<std::string, Profile, std::less<>>;

/// Reads `~/.aws/credentials` or `~/.aws/config` (AWS SDKs Reference Guide, "Shared config and
/// credentials files"): a section is "[name]" or "[profile name]", other sections are skipped, `#`
/// and `;` begin comments, nested settings are skipped. `invalid` names file and line, never what
/// stands there.
Result<Profiles> parse_profiles(std::string_view text, std::string_view file_name);

/// The credentials in a profile; null when it has none. `unsupported` when it wants them from
/// elsewhere (`credential_process`, `role_arn`, single sign-on).
Result<std::shared_ptr<const Credentials>>
profile_credentials(const Profile& profile, const std::string& name);

} // namespace ducksnest::aws
