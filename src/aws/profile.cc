#include "aws/profile.h"

#include "base/text.h"

#include <array>

namespace ducksnest::aws {
namespace {

std::string_view trim(std::string_view text) {
    constexpr std::string_view white = " \t\r";
    const std::size_t begin = text.find_first_not_of(white);
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(white) - begin + 1);
}

/// A comment begins where `#` or `;` follows white space.
std::string_view without_comment(std::string_view value) {
    for (std::size_t i = 1; i < value.size(); ++i) {
        const bool is_mark = value[i] == '#' || value[i] == ';';
        if (is_mark && (value[i - 1] == ' ' || value[i - 1] == '\t')) {
            return trim(value.substr(0, i));
        }
    }
    return value;
}

/// "name" for "[profile name]" and "[name]", "services name" for such a section; "" for sections
/// of other kinds.
std::string section_name(std::string_view header) {
    header = trim(header);
    if (header.starts_with("services ")) {
        return services_section(trim(header.substr(9)));
    }
    if (header.starts_with("profile ") || header.starts_with("profile\t")) {
        return std::string(trim(header.substr(8)));
    }
    return header.find_first_of(" \t") == std::string_view::npos ? std::string(header)
                                                                 : std::string();
}

} // namespace

std::string profile_value(const Profile& profile, std::string_view key) {
    const auto found = profile.find(key);
    return found == profile.end() ? std::string() : found->second;
}

std::string services_section(std::string_view name) {
    return "services " + std::string(name);
}

Result<Profiles> parse_profiles(std::string_view text, std::string_view file_name) {
    Profiles profiles;
    Profile* current = nullptr;
    Profile skipped;
    std::string outer;
    std::size_t number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        const auto refuse = [&](std::string_view why) {
            return fail(
                ErrorCode::invalid,
                "`" + std::string(file_name) + "` line " + std::to_string(number) + " " +
                    std::string(why)
            );
        };
        const std::string_view trimmed = trim(line);
        if (trimmed.empty() || trimmed.front() == '#' || trimmed.front() == ';') {
            continue;
        }
        if (trimmed.front() == '[') {
            const std::size_t end = trimmed.find(']');
            if (end == std::string_view::npos) {
                return refuse("begins a section without `]`");
            }
            const std::string name = section_name(trimmed.substr(1, end - 1));
            current = name.empty() ? &skipped : &profiles[name];
            continue;
        }
        const std::size_t equals = trimmed.find('=');
        if (line.front() == ' ' || line.front() == '\t') {
            // A nested setting of the one above.
            if (equals != std::string_view::npos && current != nullptr) {
                current->insert_or_assign(
                    outer + "." + std::string(trim(trimmed.substr(0, equals))),
                    std::string(without_comment(trim(trimmed.substr(equals + 1))))
                );
            }
            continue;
        }
        if (equals == std::string_view::npos) {
            return refuse("has no `=`");
        }
        if (current == nullptr) {
            return refuse("stands before the first section");
        }
        outer = trim(trimmed.substr(0, equals));
        current->insert_or_assign(
            outer, std::string(without_comment(trim(trimmed.substr(equals + 1))))
        );
    }
    return profiles;
}

Result<std::shared_ptr<const Credentials>>
profile_credentials(const Profile& profile, const std::string& name) {
    const std::string access_key = profile_value(profile, "aws_access_key_id");
    const std::string secret_key = profile_value(profile, "aws_secret_access_key");
    if (!access_key.empty() && !secret_key.empty()) {
        auto found = std::make_shared<Credentials>();
        found->access_key = access_key;
        found->secret_key = Secret(as_bytes(secret_key));
        found->session_token = profile_value(profile, "aws_session_token");
        found->origin = "the profile `" + name + "`";
        return found;
    }
    if (access_key.empty() != secret_key.empty()) {
        return fail(
            ErrorCode::invalid,
            "the AWS profile `" + name + "` has only one of `aws_access_key_id` and " +
                "`aws_secret_access_key`",
            "add the other one to ~/.aws/credentials"
        );
    }
    constexpr std::array<std::string_view, 5> elsewhere = {
        "credential_process", "role_arn", "sso_session", "sso_start_url", "web_identity_token_file"
    };
    for (const std::string_view key : elsewhere) {
        if (!profile_value(profile, key).empty()) {
            return fail(
                ErrorCode::unsupported,
                "the AWS profile `" + name + "` gets its credentials by `" + std::string(key) + "`",
                "put them into the environment: eval \"$(aws configure export-credentials "
                "--profile " +
                    name + " --format env)\""
            );
        }
    }
    return std::shared_ptr<const Credentials>();
}

} // namespace ducksnest::aws
