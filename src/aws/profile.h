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
/// credentials files"): a section is "[name]", "[profile name]" or "[services name]", other
/// sections are skipped, `#` and `;` begin comments, a nested setting is "outer.inner". `invalid`
/// names file and line, never what stands there.
Result<Profiles> parse_profiles(std::string_view text, std::string_view file_name);

/// The name of "[services name]" among the profiles: "services name".
std::string services_section(std::string_view name);

/// A setting of a profile, "" without one.
std::string profile_value(const Profile& profile, std::string_view key);

/// The credentials in a profile; null when it has none. `unsupported` when it wants them from
/// elsewhere (`credential_process`, `role_arn`, single sign-on).
Result<std::shared_ptr<const Credentials>>
profile_credentials(const Profile& profile, const std::string& name);

} // namespace ducksnest::aws
