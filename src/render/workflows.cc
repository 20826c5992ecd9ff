#include "render/workflows.h"

#include "base/assert.h"
#include "base/text.h"
#include "render/template.h"

#include <algorithm>
#include <array>
#include <vector>

namespace ducksnest::render {
namespace templates {

/// Compiled in by cmake/embed.cmake, path below templates/workflows/ and text.
extern const std::array<std::pair<std::string_view, std::string_view>, 6> workflows;

} // namespace templates

namespace {

using Conditions = std::set<std::string, std::less<>>;

constexpr std::string_view actions_folder = "actions/";

const plan::Bucket* find_bucket(const plan::Plan& plan, plan::BucketPurpose purpose) {
    if (!plan.cloud) {
        return nullptr;
    }
    const auto at = std::ranges::find(plan.cloud->buckets, purpose, &plan::Bucket::purpose);
    return at == plan.cloud->buckets.end() ? nullptr : &*at;
}

bool has_key(const plan::Plan& plan) {
    return plan.cache && plan.cache->public_key.has_value();
}

Conditions conditions_of(const plan::Plan& plan) {
    Conditions holds;
    if (plan.cloud) {
        holds.insert("cloud");
    }
    if (find_bucket(plan, plan::BucketPurpose::backups) != nullptr) {
        holds.insert("backups");
    }
    if (find_bucket(plan, plan::BucketPurpose::cache) != nullptr) {
        holds.insert("cache");
    }
    if (plan.pipeline.deploys) {
        holds.insert("deploy");
    }
    if (has_key(plan)) {
        holds.insert("cache_key");
    }
    return holds;
}

TemplateValues values_of(const plan::Plan& plan) {
    const auto bucket = [&](plan::BucketPurpose purpose) {
        const plan::Bucket* found = find_bucket(plan, purpose);
        return found == nullptr ? std::string() : found->name;
    };
    return {
        .texts =
            {{"homelab", plan.homelab},
             {"branch", plan.pipeline.github->branch},
             {"region", plan.cloud ? plan.cloud->region : ""},
             {"cache_bucket", bucket(plan::BucketPurpose::cache)},
             {"cache_key", has_key(plan) ? *plan.cache->public_key : ""},
             {"backup_bucket", bucket(plan::BucketPurpose::backups)},
             {"signing_key_secret", plan::cache_signing_key_secret(plan.homelab)},
             {"ssh_key_secret", plan::deploy_key_secret(plan.homelab)},
             {"kubeconfig_secret", plan::kubeconfig_secret(plan.homelab)}},
        .lists = {},
    };
}

/// Files that make no sense without something else.
bool is_wanted(std::string_view path, const Conditions& holds) {
    return (path != "deploy.yml" || holds.contains("deploy")) &&
           (path != "backups.yml" || holds.contains("backups"));
}

} // namespace

Tree render_workflows(const plan::Plan& plan) {
    Tree tree;
    if (!plan.pipeline.github) {
        return tree;
    }
    const Conditions holds = conditions_of(plan);
    const TemplateValues values = values_of(plan);
    for (const auto& [path, text] : templates::workflows) {
        if (is_wanted(path, holds)) {
            const bool is_action = path.starts_with(actions_folder);
            const std::string folder = is_action ? ".github/" : ".github/workflows/";
            tree.emplace(
                folder + std::string(path),
                TreeFile{.bytes = to_bytes(fill_template(choose_blocks(text, holds), values))}
            );
        }
    }
    return tree;
}

std::string choose_blocks(std::string_view text, const Conditions& holds) {
    std::string out;
    std::vector<bool> shown{true};
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n') + 1);
        ASSERT(!line.empty()); // A template ends with a newline.
        text.remove_prefix(line.size());
        const std::string_view words =
            line.substr(std::min(line.find_first_not_of(' '), line.size() - 1));
        constexpr std::string_view begin = "# @if ";
        if (words.starts_with(begin)) {
            const std::string_view name =
                words.substr(begin.size(), words.size() - begin.size() - 1);
            shown.push_back(shown.back() && holds.contains(name));
        } else if (words == "# @end\n") {
            shown.pop_back();
            ASSERT(!shown.empty());
        } else if (shown.back()) {
            out += line;
        }
    }
    ASSERT(shown.size() == 1);
    return out;
}

} // namespace ducksnest::render
