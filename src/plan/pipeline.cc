#include "plan/pipeline.h"

#include <fmt/format.h>

namespace ducksnest::plan {

Pipeline plan_pipeline(const model::Homelab& homelab, const std::optional<Cloud>& cloud) {
    if (!homelab.gitops) {
        return {.why_none = "homelab.toml has no `[gitops]` with a repository"};
    }
    if (auto repository = github_repository(*homelab.gitops->repository)) {
        return {
            .github = GitHubRepository{.repository = std::move(*repository), .branch = "main"},
            .deploys = cloud.has_value() && homelab.cache.has_value(),
        };
    }
    return {
        .why_none = fmt::format("`{}` is not on github.com", *homelab.gitops->repository),
    };
}

std::string cache_signing_key_secret(std::string_view homelab) {
    return fmt::format("{}/pipeline/cache-signing-key", homelab);
}

std::string deploy_key_secret(std::string_view homelab) {
    return fmt::format("{}/pipeline/deploy-ssh-key", homelab);
}

std::string kubeconfig_secret(std::string_view homelab) {
    return fmt::format("{}/pipeline/kubeconfig", homelab);
}

} // namespace ducksnest::plan
