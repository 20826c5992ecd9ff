#pragma once

#include "model/homelab.h"
#include "plan/cloud.h"

#include <optional>
#include <string>
#include <string_view>

namespace ducksnest::plan {

/// Where the homelab's own repository is, as far as the pipeline needs to know.
struct Pipeline {
    std::optional<GitHubRepository> github{};
    std::string why_none{}; ///< When there is none, as a sentence.
    /// Whether it can deploy: somebody lends it a role, and nodes find its builds in a cache.
    bool deploys = false;

    bool operator==(const Pipeline&) const = default;
};

Pipeline plan_pipeline(const model::Homelab& homelab, const std::optional<Cloud>& cloud);

/// Entries of AWS Secrets Manager that the pipeline reads with the role GitHub vouches for:
/// "ducksnest/pipeline/cache-signing-key" and so on. Terraform makes them empty.
std::string cache_signing_key_secret(std::string_view homelab);
std::string deploy_key_secret(std::string_view homelab);
/// May stay without a value: then deployments move no pods.
std::string kubeconfig_secret(std::string_view homelab);
/// How many these are.
inline constexpr std::int64_t pipeline_secrets = 3;

} // namespace ducksnest::plan
